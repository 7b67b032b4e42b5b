import { Allocator } from '../../src/allocator/allocator.ts';
import type { PoolReport } from '../../src/allocator/pool-report.ts';
import type { PoolConfiguration } from '../../src/allocator/pool-table.ts';
import type { Verdict } from '../../src/allocator/verdict.ts';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { keyFor } from './builders.ts';

/**
 * What was decided for one Service, in a word or two: its addresses (`192.0.2.1`, `192.0.2.1 2001:db8::1`), with the
 * reason where it is not `Allocated` (`192.0.2.1 Retained`), or the reason alone where it has none (`PoolExhausted`).
 */
export function inShort({ addresses, reason }: Verdict): string {
  return [...addresses.map(formatAddress), ...(reason === 'Allocated' ? [] : [reason])].join(' ');
}

/** An allocator whose events are one line each: every one is decided at once. */
export class Scene {
  readonly allocator: Allocator;

  constructor(pools: readonly IPAddressPool[], surroundings: Omit<PoolConfiguration, 'pools'> = {}, lbClass?: string) {
    this.allocator = new Allocator(lbClass);
    this.allocator.configure({ pools, ...surroundings });
  }

  /** From now on there are these pools. */
  pools(pools: readonly IPAddressPool[], surroundings: Omit<PoolConfiguration, 'pools'> = {}): this {
    this.allocator.configure({ pools, ...surroundings });
    this.allocator.settle();
    return this;
  }

  /** The Services are new, or have changed, all at once. */
  put(...services: readonly Service[]): this {
    for (const service of services) this.allocator.put(service);
    this.allocator.settle();
    return this;
  }

  /** The Services are gone. */
  remove(...names: readonly string[]): this {
    for (const name of names) this.allocator.remove(keyFor(name));
    this.allocator.settle();
    return this;
  }

  verdict(name: string): Verdict {
    const verdict = this.allocator.verdictOf(keyFor(name));
    if (verdict === undefined) throw new Error(`${name} has not been decided`);
    return verdict;
  }

  /** What the Service holds, as text; nothing for one that is unknown. */
  held(name: string): readonly string[] {
    return (this.allocator.verdictOf(keyFor(name))?.addresses ?? []).map(formatAddress);
  }

  /** See {@link inShort}. */
  says(name: string): string {
    return inShort(this.verdict(name));
  }

  /** Why pools were passed over for the Service: `public Full`. */
  passedOver(name: string): readonly string[] {
    return this.verdict(name).passedOver.map(({ pool, reason }) => `${pool} ${reason}`);
  }

  /** Every Service in short, by name, without the namespace `default`. */
  outcome(): Readonly<Record<string, string>> {
    const named = [...this.allocator.verdicts()].map((verdict): [string, string] => {
      return [verdict.service.replace(/^default\//, ''), inShort(verdict)];
    });
    return Object.fromEntries(named.sort());
  }

  report(name: string): PoolReport {
    const report = this.allocator.poolReports().find((pool) => pool.name === name);
    if (report === undefined) throw new Error(`no report of pool ${name}`);
    return report;
  }

  /** What a pool has retained: `192.0.2.1 default/web`. */
  retained(name: string): readonly string[] {
    return this.report(name).retained.map(({ address, service }) => `${address} ${service}`);
  }
}

/** What becomes of the Services when all are seen at once. */
export function decided(
  pools: readonly IPAddressPool[],
  services: readonly Service[],
  surroundings?: Omit<PoolConfiguration, 'pools'>,
): Readonly<Record<string, string>> {
  return new Scene(pools, surroundings).put(...services).outcome();
}

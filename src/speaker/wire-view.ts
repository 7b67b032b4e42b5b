import type { WireFact } from './status.ts';
import type { WireClaim, WireReport } from './wire-messages.ts';

/** How long a stranger that claims an address which we hold stays in the status after it was last heard, ms. */
export const CLAIM_MEMORY = 300_000;

interface Claim {
  readonly mac: string;
  /** Ms since 1970. */
  readonly seen: number;
}

/** What a report told for the first time. */
export interface WireNews {
  readonly begun: readonly string[];
  readonly ended: readonly string[];
  readonly strangers: readonly WireClaim[];
}

/** What the main thread knows of the wire: the sum of the worker's messages. Times come in as ms since 1970. */
export class WireView {
  readonly #facts = new Map<string, WireFact>();
  readonly #claims = new Map<string, Claim>();

  /** By address. */
  get facts(): ReadonlyMap<string, WireFact> {
    return this.#facts;
  }

  /**
   * Applies a report. Returns the addresses that are answered now and were not before, those the other way round, and the
   * strangers that were not known to claim an address.
   */
  apply(report: WireReport, now: number): WireNews {
    const begun: string[] = [];
    const ended: string[] = [];
    for (const [address, state] of report.states) {
      const before = this.#facts.get(address)?.state;
      if (state === undefined) {
        this.#facts.delete(address);
        this.#claims.delete(address);
      } else {
        this.#facts.set(address, { state, since: new Date(now).toISOString() });
      }
      if (state === 'Answering' && before !== 'Answering') begun.push(address);
      if (state !== 'Answering' && before === 'Answering') ended.push(address);
    }
    for (const [address, at] of report.answered) {
      const fact = this.#facts.get(address);
      if (fact !== undefined) this.#facts.set(address, { ...fact, lastAnswered: new Date(at).toISOString() });
    }
    const claims = report.claims.filter(({ address }) => this.#facts.has(address));
    const strangers = claims.filter(({ address, mac }) => this.#claims.get(address)?.mac !== mac);
    for (const { address, mac, seen } of claims) this.#claims.set(address, { mac, seen });
    return { begun, ended, strangers };
  }

  /** The strangers that matter at `now`: those that keep us silent, and those heard lately. */
  conflicts(now: number): readonly { readonly address: string; readonly mac: string; readonly seen: string }[] {
    return [...this.#claims]
      .filter(([address, { seen }]) => this.#facts.get(address)?.state === 'Conflict' || now - seen < CLAIM_MEMORY)
      .map(([address, { mac, seen }]) => ({ address, mac, seen: new Date(seen).toISOString() }));
  }

  /** The worker is gone, and with it everything on the wire. */
  clear(): void {
    this.#facts.clear();
    this.#claims.clear();
  }
}

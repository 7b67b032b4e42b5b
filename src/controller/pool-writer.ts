import { isDeepStrictEqual } from 'node:util';
import type { Allocator } from '../allocator/allocator.ts';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Verdict } from '../allocator/verdict.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../api/ip-address-pool.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { publishedAddresses } from '../api/load-balancer.ts';
import { keyOf, keyText } from '../api/object.ts';
import { includesAddress } from '../ip/address.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import type { Store } from '../store/store.ts';
import type { ControllerMetrics } from './metrics.ts';
import { PoolFinalizers } from './pool-finalizers.ts';
import { isHeld, isStillShown } from './pool-hold.ts';
import { poolStatusPatch } from './pool-status.ts';
import { StatusWriter } from './status-writer.ts';

/** Counters of pools change with every Service: so many milliseconds of changes make one report, */
const REPORT_DELAY = 50;
/** and one that says something new is made in so many at most. */
const REPORT_INTERVAL = 1_000;

/** What a {@link PoolWriter} works with. */
export interface PoolWriterOptions {
  readonly store: Store;
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly metrics: ControllerMetrics;
  /** Undefined while another process leads. */
  readonly allocator: () => Allocator | undefined;
  readonly poolOf: (name: string) => IPAddressPool | undefined;
  readonly services: () => Iterable<Service>;
  /** Services that had to wait for a pool's finalizer may be published now. */
  readonly onGuarded: (services: Iterable<string>) => void;
  /** RFC 3339. */
  readonly now: () => string;
}

/** Everything that is written to pools: what is reported of each, and the finalizer of those whose addresses are held. */
export class PoolWriter {
  readonly #options: PoolWriterOptions;
  readonly #status: StatusWriter<IPAddressPool>;
  readonly #finalizers: PoolFinalizers;
  #reports: ReadonlyMap<string, PoolReport> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PoolWriterOptions) {
    this.#options = options;
    this.#status = new StatusWriter({
      ...options,
      kind: IPAddressPoolKind,
      outstanding: (name) => this.#outstanding(name),
    });
    this.#finalizers = new PoolFinalizers({
      ...options,
      isHeld: (name) => {
        const report = this.#reports.get(name);
        return report !== undefined && isHeld(report);
      },
      isFree: (pool) => this.#isFree(pool),
    });
  }

  /** How much remains to be written. */
  get size(): number {
    return this.#status.size + this.#finalizers.size + (this.#timer === undefined ? 0 : 1);
  }

  /** A pool has changed. */
  check(name: string): void {
    this.#status.check(name);
    this.#finalizers.check(name);
  }

  /** Something has been decided: what is to be reported of pools may have changed. */
  report(): void {
    this.#timer ??= setTimeout(() => this.#report(), REPORT_DELAY);
  }

  /**
   * Whether the verdict may be published. Not while it brings an address of a pool that could vanish from under it: the
   * Service is told of when the pool's finalizer is in place.
   */
  mayPublish(service: Service, { pool, addresses }: Verdict): boolean {
    if (pool === null || this.#finalizers.guards(pool)) return true;
    const published = publishedAddresses(service);
    const isNew = addresses.some((address) => !includesAddress(published, address));
    if (isNew) this.#finalizers.await(pool, keyText(keyOf(service)));
    return !isNew;
  }

  /** Forgets what has not been written yet: the right to write is gone. */
  clear(): void {
    this.#reports = new Map();
    this.#status.clear();
    this.#finalizers.clear();
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all([this.#status.stop(), this.#finalizers.stop()]);
  }

  #report(): void {
    this.#timer = undefined;
    const reports = this.#options.allocator()?.poolReports() ?? [];
    if (!isDeepStrictEqual(reports, [...this.#reports.values()])) {
      const wait = this.#reportedAt + REPORT_INTERVAL - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#report(), wait);
        return;
      }
      this.#reportedAt = performance.now();
      this.#reports = new Map(reports.map((report) => [report.name, report]));
    }
    for (const { name } of reports) this.check(name);
  }

  #outstanding(name: string): ReturnType<PoolOutstanding> {
    const pool = this.#options.poolOf(name);
    const report = this.#reports.get(name);
    if (pool === undefined || report === undefined) return null;
    const patch = poolStatusPatch(pool, report, this.#options.now());
    return patch === null ? null : { object: pool, patch };
  }

  /** Not while a pool to which addresses have passed is without its own finalizer: one of the two has to have it. */
  #isFree(pool: IPAddressPool): boolean {
    const allocator = this.#options.allocator();
    if (allocator === undefined) return false;
    for (const report of allocator.poolReports()) {
      if (isHeld(report) && (report.name === pool.metadata.name || this.#finalizers.isOpen(report.name))) return false;
    }
    const ours = [...this.#options.services()].filter((service) => allocator.knows(keyText(keyOf(service))));
    return !isStillShown(pool, ours, (service) => allocator.verdictOf(keyText(keyOf(service)))?.addresses);
  }
}

type PoolOutstanding = ConstructorParameters<typeof StatusWriter<IPAddressPool>>[0]['outstanding'];

import { setTimeout as after } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { Allocator } from '../allocator/allocator.ts';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Verdict } from '../allocator/verdict.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../api/ip-address-pool.ts';
import { type Service, ServiceKind } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { formatAddress } from '../ip/address.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import type { Store, WatchEvent } from '../store/store.ts';
import { type AllocationState, ControllerMetrics } from './metrics.ts';
import { poolStatusPatch } from './pool-status.ts';
import { farewellPatch, statusPatch } from './service-status.ts';
import { Snapshot } from './snapshot.ts';
import { StatusWriter } from './status-writer.ts';

/** What the controller works with. */
export interface ControllerOptions {
  readonly store: Store;
  /** The right to allocate; the controller only watches while another process has it. Started by the caller. */
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Serves Services of this `spec.loadBalancerClass`; undefined for those without one. */
  readonly loadBalancerClass?: string | undefined;
  /**
   * The store is a copy that only this process decides on, while others decide on theirs: where there are several Nodes,
   * only an address that a Service names is given, since nothing that depends on history would come out the same.
   */
  readonly ownCopy?: boolean | undefined;
}

/** Counters of pools change with every Service: so many milliseconds of changes make one write. */
const REPORT_INTERVAL = 50;
/** Milliseconds between two looks of {@link Controller.settled}. */
const SETTLE_INTERVAL = 10;

/** Starts a controller. Returns at once; {@link Controller.synced} tells when it knows everything. */
export function startController(options: ControllerOptions): Controller {
  return new Controller(options);
}

/**
 * Gives addresses to Services and keeps their status, and that of the pools, in step with what was decided. All
 * decisions are the allocator's. While it leads, every change in the store goes to the allocator, and whatever verdict
 * changes goes to a writer. An allocator lives as long as one leadership: a new leader begins with what is published.
 */
export class Controller {
  /** Resolves when everything in the store is known, so that decisions can be made. */
  readonly synced: Promise<void>;
  readonly #options: ControllerOptions;
  readonly #metrics: ControllerMetrics;
  readonly #snapshot: Snapshot;
  readonly #serviceWriter: StatusWriter<Service>;
  readonly #poolWriter: StatusWriter<IPAddressPool>;
  readonly #stopListening: () => void;
  #allocator: Allocator | undefined;
  #fingerprint = '';
  #reports: ReadonlyMap<string, PoolReport> = new Map();
  #surroundingsChanged = true;
  #turn: NodeJS.Immediate | undefined;
  #reportTimer: NodeJS.Timeout | undefined;
  #isSynced = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#metrics = new ControllerMetrics(options.registry, () => this.#state());
    const { store, leadership, logger } = options;
    const shared = { store, leadership, logger, metrics: this.#metrics };
    this.#serviceWriter = new StatusWriter({
      ...shared,
      kind: ServiceKind,
      outstanding: (key) => this.#outstandingOfService(key),
    });
    this.#poolWriter = new StatusWriter({
      ...shared,
      kind: IPAddressPoolKind,
      outstanding: (key) => this.#outstandingOfPool(key),
    });
    this.#snapshot = new Snapshot(store, {
      onService: (event) => this.#onService(event),
      onPool: (event) => this.#onPool(event),
      onSurroundings: () => this.#onSurroundings(),
    });
    this.#stopListening = leadership.onChange(() => this.#reconcileLeadership());
    this.synced = this.#snapshot.synced.then(() => {
      this.#isSynced = true;
      this.#reconcileLeadership();
    });
  }

  /**
   * Resolves when everything known so far has been decided and written. Pending for as long as another process leads, or
   * something cannot be written.
   */
  async settled(): Promise<void> {
    await this.synced;
    while (this.#allocator === undefined || this.#isBusy()) await after(SETTLE_INTERVAL);
    await Promise.all([this.#serviceWriter.idle(), this.#poolWriter.idle()]);
  }

  #isBusy(): boolean {
    return this.#turn !== undefined || this.#reportTimer !== undefined;
  }

  /** Writes nothing more once the promise resolves. Addresses stay as they are. */
  async stop(): Promise<void> {
    this.#stopListening();
    this.#snapshot.stop();
    clearImmediate(this.#turn);
    clearTimeout(this.#reportTimer);
    this.#allocator = undefined;
    await Promise.all([this.#serviceWriter.stop(), this.#poolWriter.stop()]);
  }

  #reconcileLeadership(): void {
    const leads = this.#options.leadership.held();
    if (leads && this.#isSynced && this.#allocator === undefined) this.#lead();
    if (!leads && this.#allocator !== undefined) this.#follow();
  }

  #lead(): void {
    const allocator = new Allocator(this.#options.loadBalancerClass);
    this.#allocator = allocator;
    this.#fingerprint = '';
    for (const service of this.#snapshot.services.values()) {
      allocator.put(service);
      this.#serviceWriter.check(keyText(keyOf(service)));
    }
    this.#options.logger.info('allocating');
    this.#onSurroundings();
  }

  #follow(): void {
    this.#allocator = undefined;
    this.#serviceWriter.clear();
    this.#poolWriter.clear();
    this.#options.logger.info('no longer allocating: another process may', {
      holder: this.#options.leadership.holder(),
    });
  }

  #onService({ type, object }: WatchEvent<Service>): void {
    const key = keyText(keyOf(object));
    if (type === 'DELETED') this.#allocator?.remove(key);
    else this.#allocator?.put(object);
    this.#serviceWriter.check(key);
    if (object.spec?.externalIPs !== undefined) this.#surroundingsChanged = true;
    this.#schedule();
  }

  #onPool({ object }: WatchEvent<IPAddressPool>): void {
    this.#poolWriter.check(object.metadata.name);
    this.#onSurroundings();
  }

  #onSurroundings(): void {
    this.#surroundingsChanged = true;
    this.#schedule();
  }

  /** Many changes arrive at once: they are decided together. */
  #schedule(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#decide();
    });
  }

  #decide(): void {
    const allocator = this.#allocator;
    if (allocator === undefined) return;
    if (this.#surroundingsChanged) this.#configure(allocator);
    for (const verdict of allocator.settle()) {
      this.#log(verdict);
      this.#serviceWriter.check(verdict.service);
    }
    this.#reportTimer ??= setTimeout(() => this.#reportPools(), REPORT_INTERVAL);
  }

  #reportPools(): void {
    this.#reportTimer = undefined;
    const reports = this.#allocator?.poolReports() ?? [];
    this.#reports = new Map(reports.map((report) => [report.name, report]));
    for (const { name } of reports) this.#poolWriter.check(name);
  }

  #state(): AllocationState | undefined {
    const allocator = this.#allocator;
    return allocator && { pools: allocator.poolReports(), verdicts: allocator.verdicts() };
  }

  /** Pools change when their own status is written; only a real difference makes every Service be decided again. */
  #configure(allocator: Allocator): void {
    this.#surroundingsChanged = false;
    const configuration = this.#snapshot.configuration(this.#options.ownCopy ?? false);
    if (configuration.fingerprint === this.#fingerprint) return;
    this.#fingerprint = configuration.fingerprint;
    allocator.configure(configuration);
  }

  #outstandingOfService(key: string): ReturnType<ServiceOutstanding> {
    const service = this.#snapshot.services.get(key);
    if (service === undefined || this.#allocator === undefined) return null;
    const verdict = this.#allocator.verdictOf(key);
    const patch = verdict === undefined ? this.#farewell(service) : statusPatch(service, verdict, now());
    return patch === null ? null : { object: service, patch };
  }

  /** A Service without a verdict is either not ours or has not been decided yet. */
  #farewell(service: Service): ReturnType<typeof farewellPatch> {
    return this.#turn === undefined ? farewellPatch(service) : null;
  }

  #outstandingOfPool(name: string): ReturnType<PoolOutstanding> {
    const pool = this.#snapshot.pools.get(name);
    const report = this.#reports.get(name);
    if (pool === undefined || report === undefined) return null;
    const patch = poolStatusPatch(pool, report, now());
    return patch === null ? null : { object: pool, patch };
  }

  #log({ service, addresses, pool, reason, message }: Verdict): void {
    const fields = { service, addresses: addresses.map(formatAddress), pool, reason };
    this.#options.logger.info(`${service}: ${message}`, fields);
  }
}

type ServiceOutstanding = ConstructorParameters<typeof StatusWriter<Service>>[0]['outstanding'];
type PoolOutstanding = ConstructorParameters<typeof StatusWriter<IPAddressPool>>[0]['outstanding'];

/** RFC 3339 to the second, as Kubernetes writes times. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

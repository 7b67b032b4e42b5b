import { setTimeout as after } from 'node:timers/promises';
import { Allocator } from '../allocator/allocator.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../api/ip-address-pool.ts';
import { type Service, ServiceKind } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import type { WatchEvent } from '../store/store.ts';
import { AdvertisementWriter } from './advertisement-writer.ts';
import { AllocationLog } from './allocation-log.ts';
import { type AllocationState, allocationState } from './allocation-state.ts';
import { Announcer } from './announcer.ts';
import { BgpReadiness } from './bgp-readiness.ts';
import { now, systemClock } from './clock.ts';
import { DepartedServices } from './departed-services.ts';
import { NO_EVENTS } from './event-sink.ts';
import { heldServices } from './held-services.ts';
import { IngressStatus } from './ingress/ingress-status.ts';
import { ControllerMetrics } from './metrics.ts';
import type { ControllerOptions } from './options.ts';
import { PoolWriter } from './pool-writer.ts';
import { ServiceEvents } from './service-events.ts';
import { type ServiceStatusPatch, statusPatch } from './service-status.ts';
import { ServiceWaits } from './service-waits.ts';
import { Snapshot } from './snapshot.ts';
import { StatusWriter } from './status-writer.ts';
import { Terms } from './terms.ts';

export type { ControllerOptions } from './options.ts';

/** Most ingress controllers write at once, ingress-nginx once a minute. Milliseconds. */
const INGRESS_GRACE = 90_000;
/** So many writes can be under way at once. */
const MOST_WRITES = 8;
/**
 * So many Services are decided in one go, which takes some 5 ms at a start: what has been decided is written meanwhile, and
 * ten thousand hold up nothing else.
 */
const AT_ONCE = 250;
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
  readonly #pools: PoolWriter;
  readonly #advertisements: AdvertisementWriter;
  readonly #bgp: BgpReadiness;
  readonly #announcer: Announcer;
  readonly #ingress: IngressStatus;
  readonly #events: ServiceEvents;
  readonly #waits: ServiceWaits;
  readonly #log: AllocationLog;
  readonly #terms: Terms;
  #allocator: Allocator | undefined;
  #fingerprint = '';
  #surroundingsChanged = true;
  #turn: NodeJS.Immediate | undefined;
  readonly #departed: DepartedServices;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#departed = new DepartedServices(options.loadBalancerClass);
    this.#metrics = new ControllerMetrics(options.registry, () => this.#state());
    const { store, leadership, logger, clock = systemClock, events = NO_EVENTS, ingressGrace } = options;
    const shared = { store, leadership, logger, metrics: this.#metrics };
    this.#serviceWriter = new StatusWriter({
      ...shared,
      kind: ServiceKind,
      outstanding: (key) => this.#outstandingOfService(key),
      onWritten: (service, patch) => this.#onWritten(service, patch),
    });
    this.#events = new ServiceEvents(events);
    this.#waits = new ServiceWaits(this.#metrics, clock);
    this.#log = new AllocationLog(logger, clock, () => this.#serviceWriter.size > MOST_WRITES);
    const serviceOf = (key: string) => this.#snapshot.services.get(key);
    const poolOf = (name: string) => this.#snapshot.pools.get(name);
    this.#pools = new PoolWriter({
      ...shared,
      allocator: () => this.#allocator,
      poolOf,
      services: () => this.#snapshot.services.values(),
      onGuarded: (services) => this.#checkServices(services),
      now,
    });
    this.#snapshot = new Snapshot(store, {
      onService: (event) => this.#onService(event),
      onPool: (event) => this.#onPool(event),
      onSurroundings: () => this.#onSurroundings(),
    });
    this.#advertisements = new AdvertisementWriter({ ...shared, isPool: (name) => poolOf(name) !== undefined, now });
    this.#bgp = new BgpReadiness({
      ...{ ...shared, now },
      pools: () => this.#snapshot.pools.values(),
      services: () => heldServices(this.#allocator?.verdicts() ?? [], serviceOf, poolOf),
      onChange: () => this.#announcer.routesChanged(),
    });
    this.#announcer = new Announcer({
      ...{ store, clock, serviceOf, poolOf },
      areRoutesKnown: () => this.#bgp.isKnown,
      hasRoutes: () => this.#bgp.hasAdvertisements(),
      routes: () => this.#bgp.objects(),
      onChange: (services) => this.#checkServices(services),
    });
    this.#ingress = new IngressStatus({ ...shared, events, clock, grace: ingressGrace ?? INGRESS_GRACE, serviceOf });
    this.#terms = new Terms({
      ...{ leadership, logger, clock },
      idle: () => this.#serviceWriter.idle(),
      catchUp: (since) => Promise.all([store.catchUp(ServiceKind, since), store.catchUp(IPAddressPoolKind, since)]),
      begin: () => this.#lead(),
      end: () => this.#follow(),
    });
    const parts = [this.#snapshot, this.#advertisements, this.#announcer, this.#ingress];
    this.synced = Promise.all(parts.map(({ synced }) => synced)).then(() => this.#terms.ready());
  }

  /**
   * Resolves when everything known so far has been decided and written. Pending for as long as another process leads, or
   * something cannot be written.
   */
  async settled(): Promise<void> {
    await this.synced;
    // What has been written comes back as a change, on which more may depend.
    for (let quiet = 0; quiet < 2; quiet = this.#allocator === undefined || this.#isBusy() ? 0 : quiet + 1) {
      await after(SETTLE_INTERVAL);
    }
  }

  #isBusy(): boolean {
    const writes = this.#serviceWriter.size + this.#pools.size + this.#advertisements.size + this.#bgp.size;
    return this.#turn !== undefined || writes > 0 || this.#ingress.isBusy;
  }

  /** Writes nothing more once the promise resolves. Addresses stay as they are. */
  async stop(): Promise<void> {
    this.#terms.stop();
    this.#snapshot.stop();
    this.#announcer.stop();
    clearImmediate(this.#turn);
    this.#allocator = undefined;
    const writers = [this.#serviceWriter, this.#pools, this.#advertisements, this.#bgp, this.#ingress];
    await Promise.all(writers.map((writer) => writer.stop()));
    this.#log.flush();
  }

  #lead(): void {
    const allocator = new Allocator(this.#options.loadBalancerClass);
    this.#allocator = allocator;
    this.#fingerprint = '';
    this.#surroundingsChanged = true;
    for (const service of this.#snapshot.services.values()) {
      allocator.put(service);
      if (allocator.knows(keyText(keyOf(service)))) this.#waits.seen(service);
    }
    this.#options.logger.info('allocating');
    this.#announcer.begin();
    this.#decide();
    // What is decided is looked at then; and so it is with what is not ours, of which our conditions may have to go.
    for (const key of this.#snapshot.services.keys()) if (!allocator.knows(key)) this.#serviceWriter.check(key);
    this.#advertisements.checkAll();
    this.#bgp.begin();
    this.#ingress.begin();
  }

  #follow(): void {
    this.#allocator = undefined;
    this.#serviceWriter.clear();
    this.#pools.clear();
    this.#advertisements.clear();
    this.#bgp.clear();
    this.#ingress.clear();
    this.#announcer.clear();
    this.#events.clear();
    this.#waits.clear();
    this.#options.logger.info('no longer allocating: another process may', {
      holder: this.#options.leadership.holder(),
    });
  }

  #onService(event: WatchEvent<Service>): void {
    const { type, object } = event;
    const key = keyText(keyOf(object));
    const last = this.#allocator?.verdictOf(key);
    this.#ingress.onService(object, type === 'DELETED');
    if (type === 'DELETED') this.#allocator?.remove(key);
    else this.#allocator?.put(object);
    this.#departed.note(event, last?.addresses);
    // A term begins with all Services, and nothing is known or written of one before.
    if (this.#allocator === undefined) return;
    if (!this.#allocator.knows(key)) {
      this.#announcer.remove(key);
      this.#events.forget(object);
      this.#waits.forget(key);
    } else this.#waits.seen(object);
    this.#serviceWriter.check(key);
    this.#schedule();
  }

  #onPool({ type, object }: WatchEvent<IPAddressPool>): void {
    if (type !== 'MODIFIED' && this.#allocator !== undefined) this.#advertisements.checkAll();
    this.#pools.check(object.metadata.name);
    this.#schedule();
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
    this.#bgp.servicesChanged();
    if (this.#surroundingsChanged) this.#configure(allocator);
    for (const verdict of allocator.settle(AT_ONCE)) {
      this.#announcer.put(verdict);
      this.#serviceWriter.check(verdict.service);
    }
    this.#pools.report();
    if (!allocator.isSettled) this.#schedule();
  }

  #state(): AllocationState | undefined {
    const objects = [...this.#advertisements.objects(), ...this.#bgp.all()];
    const sources = { services: this.#snapshot.services, objects, speakers: this.#announcer.lives() };
    return this.#allocator && allocationState(this.#allocator, sources);
  }

  /** Pools change when their own status is written; only a real difference makes every Service be decided again. */
  #configure(allocator: Allocator): void {
    this.#surroundingsChanged = false;
    const configuration = this.#snapshot.configuration(this.#options);
    if (configuration.fingerprint === this.#fingerprint) return;
    this.#fingerprint = configuration.fingerprint;
    this.#bgp.changed();
    allocator.configure(configuration);
  }

  #outstandingOfService(key: string): ReturnType<ServiceOutstanding> {
    const service = this.#snapshot.services.get(key);
    if (service === undefined || this.#allocator === undefined) return null;
    const verdict = this.#allocator.verdictOf(key);
    if (verdict === undefined) {
      const patch = this.#departed.farewell(service);
      return patch === null ? null : { object: service, patch };
    }
    if (!this.#pools.mayPublish(service, verdict)) return null;
    const patch = statusPatch(service, verdict, this.#announcer.verdictOf(service, verdict), now());
    if (patch !== null) return { object: service, patch };
    this.#events.unchanged(service);
    return null;
  }

  #checkServices(keys: Iterable<string>): void {
    if (this.#allocator === undefined) return;
    for (const key of keys) if (this.#allocator.verdictOf(key) !== undefined) this.#serviceWriter.check(key);
  }

  #onWritten(service: Service, { conditions, loadBalancer }: ServiceStatusPatch): void {
    const key = keyText(keyOf(service));
    const verdict = this.#allocator?.verdictOf(key);
    if (verdict === undefined) return;
    this.#events.changed(service, conditions ?? []);
    this.#waits.written(key, { conditions, loadBalancer });
    this.#log.note(service, { conditions, loadBalancer }, verdict.pool);
  }
}

type ServiceOutstanding = ConstructorParameters<typeof StatusWriter<Service>>[0]['outstanding'];

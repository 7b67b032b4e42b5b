import type { Verdict } from '../allocator/verdict.ts';
import { type AnnouncedVerdict, announcedVerdict } from '../announcement/announced.ts';
import type { AnnouncementPlan } from '../announcement/announcement-plan.ts';
import type { AdvertisedVerdict } from '../announcement/bgp/advertised.ts';
import type { Life } from '../announcement/life.ts';
import { SpeakerReports } from '../announcement/speaker-reports.ts';
import { findCondition } from '../api/conditions.ts';
import { LeaseKind } from '../api/kubernetes/lease.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { ANNOUNCED } from '../api/reasons/reasons.ts';
import { nodeOfLease } from '../api/speaker-lease.ts';
import { formatAddress } from '../ip/address.ts';
import type { Store } from '../store/store.ts';
import { AddressHolders } from './address-holders.ts';
import { AnnouncementPlans, type PlanSources } from './announcement-plans.ts';
import { AnnouncementSnapshot } from './announcement-snapshot.ts';
import type { Clock } from './clock.ts';
import { SpeakerLiveness } from './speaker-liveness.ts';

/** What an {@link Announcer} works with. */
export interface AnnouncerOptions extends PlanSources {
  readonly store: Store;
  readonly clock: Clock;
  /** Whether it is clear what is advertised over BGP. */
  areRoutesKnown(): boolean;
  /** {@link Announcer.verdictOf} may say something else of these Services. Many changes are told at once. */
  onChange(services: Iterable<string>): void;
}

/** So many milliseconds of speakers' reports are worked in together. */
const REPORT_INTERVAL = 200;
/** So many of changes to nodes, advertisements and the like, each of which concerns every address nobody announces. */
const PLAN_INTERVAL = 1_000;
/** How long an address may be on its way from one node to another before it counts as not announced. */
const MOVE_TIME = 5_000;

/**
 * Answers whether the addresses of Services are announced. It asks the speakers' reports first, which costs a look-up, and
 * plans only for addresses that nobody reports to announce; a report that comes in concerns the Services that differ in it.
 */
export class Announcer {
  /** Resolves when everything that answers depend on is known. */
  readonly synced: Promise<void>;
  readonly #options: AnnouncerOptions;
  readonly #snapshot: AnnouncementSnapshot;
  readonly #reports = new SpeakerReports();
  readonly #liveness = new SpeakerLiveness();
  readonly #holders = new AddressHolders();
  readonly #plans: AnnouncementPlans;
  /** Services of which the plan was asked. */
  readonly #planned = new Set<string>();
  /** Since when a Service's address is not announced any more though somebody is to. */
  readonly #movingSince = new Map<string, number>();
  /** Until when the address of a Service that was new a moment ago need not be planned for. */
  readonly #awaitedUntil = new Map<string, number>();
  /** What was said of Services while no speaker reported, until plans are made anew. */
  readonly #unreported = new Map<string, { readonly decisive: string; readonly verdict: AnnouncedVerdict }>();
  readonly #changed = new Set<string>();
  /** As last told. */
  readonly #lives = new Map<string, Life>();
  #isStopped = false;
  #isSynced = false;
  #cancelReport: (() => void) | undefined;
  #cancelPlan: (() => void) | undefined;
  /** When that is, on the clock. */
  #planAt = Number.POSITIVE_INFINITY;
  #cancelLease: (() => void) | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#snapshot = new AnnouncementSnapshot(store, {
      onSpeaker: ({ type, object }) => {
        const { services, addresses } =
          type === 'DELETED' ? this.#reports.remove(object.metadata.name) : this.#reports.put(object);
        this.#tell(services);
        for (const address of addresses) this.#tell(this.#holders.of(address) ?? []);
        if (type === 'DELETED') this.#lives.delete(object.metadata.name);
        else if (this.#isSynced) this.#reported(object.metadata.name);
      },
      onLease: ({ type, object }) => {
        if (type === 'DELETED') this.#liveness.forget(object);
        else this.#liveness.observe(object, clock.monotonic(), !this.#isSynced);
        const node = nodeOfLease(object);
        if (this.#isSynced && node !== undefined) this.#lookAtLives([node]);
      },
      onEndpoints: (key) => this.#tell([key]),
      dependsOnEndpoints: (key) =>
        options.serviceOf(key)?.spec?.externalTrafficPolicy === 'Local' || options.hasRoutes(),
      onSurroundings: () => this.#planLater(),
    });
    this.#plans = new AnnouncementPlans(options, this.#snapshot, this.#liveness, this.#holders);
    this.synced = this.#snapshot.synced.then(() => {
      this.#isSynced = true;
      this.#lookAtLives(this.#snapshot.reporting());
    });
  }

  /** This process decides from now on, after a time in which it may have missed something. */
  begin(): void {
    this.#liveness.restart(this.#options.clock.monotonic());
    this.#lookAtLives(this.#snapshot.reporting());
  }

  /** What a Service holds from now on. */
  put(verdict: Verdict): void {
    this.#release(verdict.service);
    this.#holders.put(verdict);
  }

  #release(service: string): void {
    this.#holders.remove(service);
    this.#planned.delete(service);
    this.#unreported.delete(service);
    this.#movingSince.delete(service);
  }

  /** A Service is gone, or not ours any more. */
  remove(service: string): void {
    this.#release(service);
    this.#awaitedUntil.delete(service);
  }

  /** Forgets all Services. */
  clear(): void {
    for (const known of [this.#holders, this.#planned, this.#unreported, this.#movingSince, this.#awaitedUntil])
      known.clear();
    this.#changed.clear();
  }

  /** Whether a Service's addresses are announced; undefined where what was said of it is to stand for now. */
  verdictOf(service: Service, { service: key, addresses: held }: Verdict): AnnouncedVerdict | undefined {
    const addresses = held.map(formatAddress);
    if (this.#snapshot.hasReports || this.#options.hasRoutes()) return this.#look(service, key, addresses);
    // The plan alone decides, and of a Service nothing but this decides about the plan: the same is said again.
    const decisive = JSON.stringify([addresses, service.metadata.labels, service.spec?.externalTrafficPolicy]);
    const said = this.#unreported.get(key);
    if (said?.decisive === decisive) return said.verdict;
    const verdict = this.#look(service, key, addresses);
    if (verdict !== undefined) this.#unreported.set(key, { decisive, verdict });
    return verdict;
  }

  #look(service: Service, key: string, addresses: readonly string[]): AnnouncedVerdict | undefined {
    this.#planned.delete(key);
    if (this.#snapshot.hasReports && isNew(service, addresses)) return this.#await(key, addresses);
    const verdict = announcedVerdict({
      addresses,
      reports: this.#reports.of(key),
      conflictsOf: (address) => this.#reports.conflictsOf(address),
      lifeOf: (node) => this.#liveness.lifeOf(node),
      isCrowded: (node) => this.#reports.isCrowded(node),
      isUnserved: this.#snapshot.isUnserved(service),
      planOf: (address) => this.#planOf(key, address),
      advertisedOf: (address) => this.#advertisedOf(key, address),
    });
    // What no speaker answers for may be advertised: it is looked at again once that is known.
    const isUnsure = verdict?.status !== 'True' && addresses.length > 0 && !this.#options.areRoutesKnown();
    if (isUnsure) this.#planned.add(key);
    const isMoving = verdict?.reason === 'NotYetAnnounced' && this.#isMoving(service, key);
    return isUnsure || isMoving ? undefined : verdict;
  }

  /** Whether the speakers that report give a sign of life, each. */
  lives(): Iterable<Life> {
    return this.#lives.values();
  }

  /** What {@link PlanSources.routes} says has changed. */
  routesChanged(): void {
    this.#planLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#snapshot.stop();
    for (const cancel of [this.#cancelReport, this.#cancelPlan, this.#cancelLease]) cancel?.();
  }

  /** Before an address is published nobody can announce it, and most are announced a moment later: planning can wait. */
  #await(key: string, addresses: readonly string[]): AnnouncedVerdict {
    this.#planned.add(key);
    this.#awaitedUntil.set(key, this.#options.clock.monotonic() + MOVE_TIME);
    this.#planLater(this.#options.hasRoutes() ? PLAN_INTERVAL : MOVE_TIME);
    const message = `no speaker has reported yet that it announces ${addresses.join(' and ')}`;
    return { status: 'False', reason: 'NotYetAnnounced', message };
  }

  #planOf(key: string, address: string): AnnouncementPlan | undefined {
    this.#planned.add(key);
    const patience = (this.#awaitedUntil.get(key) ?? 0) - this.#options.clock.monotonic();
    if (patience > 0) {
      this.#planLater(patience);
      return undefined;
    }
    this.#awaitedUntil.delete(key);
    return this.#plans.planOf(key, address);
  }

  #advertisedOf(key: string, address: string): AdvertisedVerdict | undefined {
    if (!this.#options.hasRoutes()) return undefined;
    this.#planned.add(key);
    return this.#plans.advertisedOf(key, address);
  }

  /** An address that was announced until just now is on its way to another node: that is no news. */
  #isMoving(service: Service, key: string): boolean {
    const { clock } = this.#options;
    const wasAnnounced = findCondition(service.status?.conditions, ANNOUNCED)?.status === 'True';
    if (!wasAnnounced) {
      this.#movingSince.delete(key);
      return false;
    }
    const since = this.#movingSince.get(key) ?? clock.monotonic();
    this.#movingSince.set(key, since);
    const remaining = since + MOVE_TIME - clock.monotonic();
    if (remaining > 0) this.#planLater(remaining);
    return remaining > 0;
  }

  #tell(services: Iterable<string>): void {
    for (const service of services) {
      this.#movingSince.delete(service);
      this.#changed.add(service);
    }
    if (!this.#isSynced || this.#changed.size === 0) return;
    this.#cancelReport ??= this.#options.clock.after(REPORT_INTERVAL, () => {
      this.#cancelReport = undefined;
      const changed = [...this.#changed];
      this.#changed.clear();
      this.#options.onChange(changed);
    });
  }

  #planLater(delay = PLAN_INTERVAL): void {
    if (!this.#isSynced) return;
    const { clock } = this.#options;
    const millis = Math.max(delay, REPORT_INTERVAL);
    const at = clock.monotonic() + millis;
    if (at >= this.#planAt) return;
    this.#cancelPlan?.();
    this.#planAt = at;
    this.#cancelPlan = clock.after(millis, () => {
      this.#planAt = Number.POSITIVE_INFINITY;
      this.#plans.outdate();
      this.#unreported.clear();
      this.#options.onChange([...this.#planned]);
    });
  }

  #reported(node: string): void {
    this.#liveness.reported(node, this.#options.clock.monotonic());
    this.#lookAtLives([node]);
  }

  #lookAtLives(nodes: Iterable<string>): void {
    for (const node of nodes) {
      const life = this.#liveness.lifeOf(node);
      if (this.#lives.get(node) === life) continue;
      this.#lives.set(node, life);
      this.#tell(this.#reports.servicesOf(node));
      this.#planLater();
    }
    this.#readLeasesInTime();
  }

  #readLeasesInTime(): void {
    const due = this.#cancelLease === undefined ? this.#liveness.dueAt() : undefined;
    if (due === undefined) return;
    const { clock } = this.#options;
    this.#cancelLease = clock.after(due - clock.monotonic(), () => {
      this.#cancelLease = undefined;
      if (this.#liveness.isDue(clock.monotonic())) void this.#readLeases();
      else this.#readLeasesInTime();
    });
  }

  async #readLeases(): Promise<void> {
    const { store, clock } = this.#options;
    try {
      for (const lease of await store.list(LeaseKind)) this.#liveness.observe(lease, clock.monotonic());
      this.#liveness.wasRead(clock.monotonic());
    } catch {
      this.#liveness.wasNotRead(clock.monotonic());
    }
    if (!this.#isStopped) this.#lookAtLives(this.#snapshot.reporting());
  }
}

/** Whether none of the addresses is published yet. */
function isNew({ status }: Service, addresses: readonly string[]): boolean {
  const published = status?.loadBalancer?.ingress ?? [];
  return addresses.length > 0 && !published.some(({ ip }) => ip !== undefined && addresses.includes(ip));
}

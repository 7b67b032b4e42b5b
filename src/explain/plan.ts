import { Allocator } from '../allocator/allocator.ts';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Verdict } from '../allocator/verdict.ts';
import { type AnnouncementSummary, summarize } from '../announcement/summary.ts';
import { ADDRESSES_HELD } from '../api/finalizers.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { isOurs, publishedAddresses } from '../api/load-balancer.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import type { AllocatedReason, PoolReason } from '../api/reasons/reasons.ts';
import { formatAddress } from '../ip/address.ts';
import type { AddressRange } from '../ip/range.ts';
import { configurationOf } from './configuration.ts';
import { sortByKind } from './objects-by-kind.ts';
import { type PlannedAnnouncement, plannedAnnouncements } from './planned-announcements.ts';

/** What is to be planned. */
export interface PlanInput {
  /** All objects as they are to be, with the status that they have now. */
  readonly objects: readonly KubernetesObject[];
  /** The objects as they are now, where that is known; else `objects` are taken to be it. */
  readonly before?: readonly KubernetesObject[] | undefined;
  /** Objects to be deleted; none of them is in `objects`. */
  readonly deleted: readonly KubernetesObject[];
  /** Treats every pool as `reclaimPolicy: Evict`. */
  readonly evict: boolean;
  readonly loadBalancerClass?: string | undefined;
  /** The objects are a copy that one of several nodes decides on alone: with several Nodes only named addresses are given. */
  readonly ownCopy?: boolean | undefined;
  /** Never given, whatever a pool or an object says. */
  readonly reserved?: readonly AddressRange[] | undefined;
}

/** The output of `berth plan -o json`. */
export interface Plan {
  readonly apiVersion: 'berth.dev/v1beta1';
  readonly kind: 'Plan';
  /** Every pool after the plan, by name. */
  readonly pools: readonly PlannedPool[];
  /** Every Service of ours, and every one that gives an address back, by namespace and name. */
  readonly services: readonly PlannedService[];
  readonly announcements: readonly AnnouncementSummary[];
}

/** One pool of a {@link Plan}. A Ready pool has neither reason nor message. */
export interface PlannedPool extends Omit<PoolReport, 'reason' | 'message'> {
  readonly reason: PoolReason | null;
  readonly message: string | null;
}

/** What becomes of the set of addresses that a Service holds. */
export type Change = 'none' | 'assign' | 'pending' | 'release' | 'move';

/** One Service of a {@link Plan}. */
export interface PlannedService {
  readonly namespace: string;
  readonly name: string;
  readonly before: readonly string[];
  /** IPv4 before IPv6. */
  readonly after: readonly string[];
  readonly pool: string | null;
  readonly change: Change;
  readonly allocated: boolean;
  /** Null for a Service that has stopped asking. */
  readonly reason: AllocatedReason | null;
  readonly message: string;
}

/** A plan, and how it came about. */
export interface ReasonedPlan {
  /** The names of the deleted pools that go at once: nobody holds an address of them. */
  readonly gone: readonly string[];
  readonly plan: Plan;
  /** One for each of `plan.announcements`, in their order. */
  readonly announcements: readonly PlannedAnnouncement[];
}

/** Works out what the controller would do, with the very objects that it decides with. */
export function buildPlan(input: PlanInput): Plan {
  return buildReasonedPlan(input).plan;
}

/** As {@link buildPlan}, with the reasons of every node. */
export function buildReasonedPlan(input: PlanInput): ReasonedPlan {
  const after = sortByKind(input.objects);
  const deleted = sortByKind(input.deleted);
  const dying = deleted.pools.map(markDeleted);
  let pools: readonly IPAddressPool[] = [...after.pools, ...dying].map((pool) => (input.evict ? evicting(pool) : pool));
  const allocator = new Allocator(input.loadBalancerClass);
  const before = sortByKind(input.before ?? []);
  if (input.before !== undefined) {
    allocator.configure(configurationOf(before, before.pools));
    for (const service of before.services) allocator.put(service);
    allocator.claim();
    for (const service of deleted.services) allocator.remove(nameText(service));
  }
  const namedOnly = (input.ownCopy ?? false) && after.nodes.length > 1;
  const configure = () => allocator.configure({ ...configurationOf(after, pools, input.reserved), namedOnly });
  configure();
  // One that has stopped asking gives back what its status still shows.
  const were = new Set(before.services.filter((each) => isOurs(each, input.loadBalancerClass)).map(nameText));
  for (const service of after.services) {
    if (were.has(nameText(service)) && !isOurs(service, input.loadBalancerClass)) allocator.remove(nameText(service));
    else allocator.put(service);
  }
  allocator.settle();
  const allGone: string[] = [];
  for (let gone = goneOf(pools, allocator); gone.size > 0; gone = goneOf(pools, allocator)) {
    allGone.push(...gone);
    pools = pools.filter(({ metadata }) => !gone.has(metadata.name));
    configure();
    allocator.settle();
  }
  const announcements = plannedAnnouncements(after, pools, allocator);
  const plan: Plan = {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Plan',
    pools: plannedPools(allocator),
    services: plannedServices(were, after.services, deleted.services, allocator, input.loadBalancerClass),
    announcements: announcements.map(summarize),
  };
  return { plan, gone: allGone.sort(), announcements };
}

/** A deleted pool stays, and gives out nothing, while addresses of it are held. */
function markDeleted(pool: IPAddressPool): IPAddressPool {
  const deletionTimestamp = pool.metadata.deletionTimestamp ?? '9999-12-31T23:59:59Z';
  return { ...pool, metadata: { ...pool.metadata, deletionTimestamp } };
}

/** The pools that are being deleted and go now, since nobody holds an address of them. */
function goneOf(pools: readonly IPAddressPool[], allocator: Allocator): ReadonlySet<string> {
  const dying = new Set(pools.filter(isDying).map(({ metadata }) => metadata.name));
  const reports = dying.size === 0 ? [] : allocator.poolReports();
  return new Set(reports.flatMap(({ name, retained }) => (dying.has(name) && retained.length === 0 ? [name] : [])));
}

/** Whether the pool goes when nobody holds its addresses. */
function isDying({ metadata: { deletionTimestamp, finalizers = [] } }: IPAddressPool): boolean {
  return deletionTimestamp !== undefined && finalizers.every((finalizer) => finalizer === ADDRESSES_HELD);
}

function evicting(pool: IPAddressPool): IPAddressPool {
  return { ...pool, spec: { ...pool.spec, reclaimPolicy: 'Evict' } };
}

function plannedPools(allocator: Allocator): readonly PlannedPool[] {
  return allocator
    .poolReports()
    .map(({ ready, reason, message, ...counters }) => ({
      ...counters,
      ready,
      reason: ready ? null : reason,
      message: ready ? null : message,
    }))
    .map(({ name, ready, reason, message, ...rest }) => ({ name, ready, reason, message, ...rest }));
}

function plannedServices(
  were: ReadonlySet<string>,
  services: readonly Service[],
  deleted: readonly Service[],
  allocator: Allocator,
  loadBalancerClass: string | undefined,
): readonly PlannedService[] {
  const planned: PlannedService[] = [];
  for (const service of services) {
    const verdict = allocator.verdictOf(nameText(service));
    if (verdict !== undefined) planned.push(decided(service, verdict));
    else if (hasStoppedAsking(service, were.has(nameText(service))))
      planned.push(released(service, 'it has stopped asking for an address'));
  }
  for (const service of deleted) {
    if (hasStoppedAsking(service, isOurs(service, loadBalancerClass))) planned.push(released(service, 'it is deleted'));
  }
  return planned.sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name));
}

function decided(service: Service, verdict: Verdict): PlannedService {
  const before = publishedBy(service);
  const after = verdict.addresses.map(formatAddress);
  const { pool, allocated, reason, message } = verdict;
  return { ...nameOf(service), before, after, pool, change: changeOf(before, after), allocated, reason, message };
}

function changeOf(before: readonly string[], after: readonly string[]): Change {
  if (after.length === 0) return 'pending';
  if (before.length === 0) return 'assign';
  return before.length === after.length && after.every((address) => before.includes(address)) ? 'none' : 'move';
}

/**
 * Its status still has an address, and it was ours, or is no LoadBalancer any more. One of another class that was not seen
 * to be ours has not stopped asking: another Berth may serve it, whose condition looks like ours.
 */
function hasStoppedAsking(service: Service, wasOurs: boolean): boolean {
  return publishedAddresses(service).length > 0 && (wasOurs || service.spec?.type !== 'LoadBalancer');
}

/** What it holds by its status, each address once, IPv4 before IPv6. */
function publishedBy(service: Service): readonly string[] {
  return publishedAddresses(service).map(formatAddress);
}

function released(service: Service, why: string): PlannedService {
  const before = publishedBy(service);
  const message = `gives back ${before.join(' and ')}: ${why}`;
  return {
    ...nameOf(service),
    before,
    after: [],
    pool: null,
    change: 'release',
    allocated: false,
    reason: null,
    message,
  };
}

function nameText(service: Service): string {
  return keyText(keyOf(service));
}

function nameOf(service: Service): { readonly namespace: string; readonly name: string } {
  const { namespace, name } = service.metadata;
  return { namespace: namespace ?? 'default', name };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

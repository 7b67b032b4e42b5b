import { findCondition } from '../api/conditions.ts';
import { type LabelSelector, matchesSelector } from '../api/fields/label-selector.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { type PassedOverReason, type PoolReason, READY } from '../api/reasons/reasons.ts';
import { AddressError } from '../ip/address.ts';
import { AddressSet } from '../ip/address-set.ts';
import type { IPFamily } from '../ip/family.ts';
import { type AddressRange, formatRange, parseAddressOrRange, parseRange, rangesOverlap } from '../ip/range.ts';
import type { Request } from './request.ts';
import type { PassedOver } from './verdict.ts';

/** Why a pool gives out nothing. */
export interface PoolFault {
  readonly reason: PoolReason;
  readonly message: string;
}

/** An `IPAddressPool` made ready for decisions. */
export interface Pool {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; infinity for a pool without a creation time. Of two that overlap the younger is at fault. */
  readonly createdAt: number;
  /** By its status, among pools of one age: 0 for one that was Ready with the addresses that it has, 1 for one that was Ready. */
  readonly rank: 0 | 1 | 2;
  /** In the order listed, which is the order in which they are used. */
  readonly ranges: readonly AddressRange[];
  /** Families in which it lists addresses. */
  readonly families: ReadonlySet<IPFamily>;
  readonly autoAssign: boolean;
  readonly disabled: boolean;
  readonly deleting: boolean;
  /** It has a `serviceAllocation`: tried before those that have none. */
  readonly pinned: boolean;
  /** Lower first; infinity for 0 or none. */
  readonly priority: number;
  readonly evict: boolean;
  readonly sharing: 'Namespace' | 'Cluster';
  /** Addresses of `ranges` that its spec lets it give: less those reserved and avoided. */
  readonly permitted: AddressSet;
  /** Those of `permitted` that may be given: less those that no pool gives, whatever its spec says. */
  readonly offered: AddressSet;
  /** Those of `offered` that nobody holds. */
  readonly free: AddressSet;
  /** Null for a sound pool. */
  readonly fault: PoolFault | null;
  /** Why it may not serve a request at all, auto-assignment and room apart; null when it may. */
  selects(request: Request): PassedOverReason | null;
  /** Whether it would select the request with some other labels of the Service or its namespace: these change without it. */
  couldSelect(request: Request): boolean;
  /** The entry for a verdict. One object a reason: a full pool is passed over by every later Service. */
  passedOver(reason: PassedOverReason): PassedOver;
}

/**
 * Compiles a pool.
 *
 * @param neverGiven addresses that no pool may give out, whatever it says.
 * @param namespaceLabels the labels of each namespace, for `namespaceSelectors`.
 */
export function compilePool(
  object: IPAddressPool,
  neverGiven: readonly AddressRange[],
  namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Pool {
  const { metadata, spec } = object;
  const faults: string[] = [];
  const listed = parseAll(spec.addresses, parseRange, 'spec.addresses', faults);
  const reserved = parseAll(spec.reserved ?? [], parseAddressOrRange, 'spec.reserved', faults);
  faults.push(...overlapsWithin(listed));
  const ranges = listed.map(({ range }) => range);
  const sound = faults.length === 0;
  const deleting = metadata.deletionTimestamp !== undefined;
  const createdAt = Date.parse(metadata.creationTimestamp ?? '');
  const withoutBuggy = spec.avoidBuggyIPs;
  const permitted = new AddressSet({ withoutBuggy });
  const offered = new AddressSet({ withoutBuggy });
  const free = new AddressSet({ withoutBuggy });
  if (sound && !deleting) {
    for (const range of ranges) permitted.add(range);
    for (const { range } of reserved) permitted.remove(range);
    for (const range of permitted.ranges()) offered.add(range);
    for (const range of neverGiven) offered.remove(range);
    for (const range of offered.ranges()) free.add(range);
  }
  const entries = new Map<PassedOverReason, PassedOver>();
  const priority = spec.serviceAllocation?.priority || Number.POSITIVE_INFINITY;
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    createdAt: Number.isNaN(createdAt) ? Number.POSITIVE_INFINITY : createdAt,
    rank: rankOf(object),
    ranges,
    families: new Set(ranges.map((range) => range.family)),
    autoAssign: spec.autoAssign ?? true,
    disabled: spec.disabled ?? false,
    deleting,
    pinned: spec.serviceAllocation !== undefined,
    priority,
    evict: spec.reclaimPolicy === 'Evict',
    sharing: spec.sharing ?? 'Namespace',
    permitted,
    offered,
    free,
    fault: sound ? null : { reason: 'InvalidAddresses', message: faults.join('; ') },
    selects: selection(spec.serviceAllocation, namespaceLabels),
    couldSelect: ({ namespace }) => {
      const { namespaces = [], namespaceSelectors = [] } = spec.serviceAllocation ?? {};
      return namespaces.length === 0 || namespaceSelectors.length > 0 || namespaces.includes(namespace);
    },
    passedOver(reason) {
      let entry = entries.get(reason);
      if (entry === undefined) {
        entry = { pool: metadata.name, reason };
        entries.set(reason, entry);
      }
      return entry;
    },
  };
}

/** One that grows into another is at fault, not the other: so it matters whether it was Ready with just these addresses. */
function rankOf({ spec, status }: IPAddressPool): Pool['rank'] {
  if (findCondition(status?.conditions, READY)?.status !== 'True') return 2;
  return listsTheSame(spec.addresses, status?.addresses) ? 0 : 1;
}

/** Whether the entries of a pool are those that its status tells of. */
export function listsTheSame(listed: readonly string[], reported: readonly string[] = []): boolean {
  return reported.length === listed.length && reported.every((text, index) => text === listed[index]);
}

/** A range and the place where it is listed, such as `spec.addresses[2]`. */
interface ListedRange {
  readonly field: string;
  readonly range: AddressRange;
}

function parseAll(
  texts: readonly string[],
  parse: (text: string) => AddressRange,
  list: string,
  faults: string[],
): readonly ListedRange[] {
  const ranges: ListedRange[] = [];
  for (const [index, text] of texts.entries()) {
    const field = `${list}[${index}]`;
    try {
      ranges.push({ field, range: parse(text) });
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      faults.push(`${field}: ${error.message}`);
    }
  }
  return ranges;
}

function overlapsWithin(listed: readonly ListedRange[]): string[] {
  const faults: string[] = [];
  for (const [index, { field, range }] of listed.entries()) {
    const earlier = listed.slice(0, index).find((other) => rangesOverlap(other.range, range));
    if (earlier === undefined) continue;
    const other = `${earlier.field}, ${formatRange(earlier.range)}`;
    faults.push(`${field}: ${formatRange(range)} overlaps ${other}: list each address once`);
  }
  return faults;
}

/** API servers set it on every Namespace; in a folder nobody does, and a Namespace may have no object there. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

type ServiceAllocation = IPAddressPool['spec']['serviceAllocation'];

/** Namespaces named and namespaces selected are a union; the Service's labels must match besides. */
function selection(
  allocation: ServiceAllocation,
  namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Pool['selects'] {
  const names = new Set(allocation?.namespaces ?? []);
  const namespaceSelectors = allocation?.namespaceSelectors ?? [];
  const serviceSelectors = allocation?.serviceSelectors ?? [];
  const anyNamespace = names.size === 0 && namespaceSelectors.length === 0;
  const anyService = serviceSelectors.length === 0;
  if (anyNamespace && anyService) return () => null;
  return (request) => {
    if (!anyNamespace && !names.has(request.namespace)) {
      const labels = { ...namespaceLabels.get(request.namespace), [NAME_LABEL]: request.namespace };
      if (!matchesAny(namespaceSelectors, labels)) return 'NamespaceNotSelected';
    }
    return anyService || matchesAny(serviceSelectors, request.labels) ? null : 'ServiceNotSelected';
  };
}

function matchesAny(selectors: readonly LabelSelector[], labels: Readonly<Record<string, string>>): boolean {
  return selectors.some((selector) => matchesSelector(selector, labels));
}

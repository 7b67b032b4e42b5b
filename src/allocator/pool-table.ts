import { findCondition } from '../api/conditions.ts';
import { ADDRESSES_HELD, hasFinalizer } from '../api/finalizers.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { READY } from '../api/reasons/reasons.ts';
import { type Address, parseAddress, parseOrUndefined } from '../ip/address.ts';
import { AddressMap } from '../ip/address-map.ts';
import { type AddressRange, formatRange, parseRange, rangeContains } from '../ip/range.ts';
import { compilePool, listsTheSame, type Pool, type PoolFault } from './pool.ts';
import type { Request } from './request.ts';
import type { PassedOver } from './verdict.ts';

/** What decides which addresses may be given: everything but the Services. */
export interface PoolConfiguration {
  readonly pools: readonly IPAddressPool[];
  /** Addresses never given, whatever a pool says: of nodes, of gateways, in Service and Pod ranges. */
  readonly neverGiven?: readonly AddressRange[];
  /** The labels of each namespace, for `namespaceSelectors`. */
  readonly namespaceLabels?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Gives only what a Service names: for a process that is one of several which decide on copies of the same objects. */
  readonly namedOnly?: boolean;
}

/** All pools: those that may give, in the order tried, and what is wrong with the others. */
export class PoolTable {
  /** Ready pools: with a `serviceAllocation` first, then by priority, then by name. */
  readonly ready: readonly Pool[];
  /** All pools by name. */
  readonly byName: ReadonlyMap<string, Pool>;
  /** See {@link PoolConfiguration.namedOnly}. */
  readonly namedOnly: boolean;
  /** What is wrong with each pool that is not Ready. */
  readonly faults: ReadonlyMap<string, PoolFault>;
  /** Why the pools that are not Ready are passed over, by name. */
  readonly notReady: readonly PassedOver[];
  readonly #owners = new OwnedRanges();
  readonly #closed: readonly Pool[];
  /** What pools have retained, by their status. */
  readonly #recorded = new AddressMap<string>();
  /** What pools listed when they were last reported to be Ready: those that still were first, then the older. */
  readonly #formerly: FormerRange[] = [];
  /** Pools whose status was written for the spec that they have. */
  readonly #current = new Set<string>();
  /** Pools that may have given what no status tells of. */
  readonly #unrecorded = new Set<string>();

  constructor(configuration: PoolConfiguration) {
    const { neverGiven = [], namespaceLabels = new Map() } = configuration;
    this.namedOnly = configuration.namedOnly ?? false;
    const pools = configuration.pools.map((object) => compilePool(object, neverGiven, namespaceLabels));
    const faults = new Map<string, PoolFault>();
    const ready: Pool[] = [];
    for (const pool of pools.sort(compareAge)) {
      if (this.#faultOf(pool) !== null) continue;
      for (const range of pool.ranges) this.#owners.add(range, pool);
      ready.push(pool);
    }
    // Once all that are Ready are known: the message must not depend on which of one age were Ready before.
    const givers = new Set(ready);
    for (const pool of pools) {
      const fault = givers.has(pool) ? null : this.#faultOf(pool);
      if (fault !== null) faults.set(pool.name, fault);
    }
    this.ready = ready.sort(compareTried);
    this.byName = new Map(pools.map((pool) => [pool.name, pool]));
    this.faults = faults;
    this.#closed = pools.filter(({ name }) => faults.has(name)).sort(compareNames);
    this.notReady = this.#closed.map((pool) => pool.passedOver(pool.deleting ? 'Deleting' : 'NotReady'));
    for (const object of configuration.pools) this.#record(object);
    this.#formerly.sort((a, b) => Number(b.wasReady) - Number(a.wasReady) || compareAge(a.pool, b.pool));
  }

  /** The Ready pool that lists the address, whether it may be given or not. */
  poolOf(address: Address): Pool | undefined {
    return this.#owners.ownerOf(address);
  }

  /** The pool that lists the address and is not Ready, where no Ready one does. */
  closedPoolOf(address: Address): Pool | undefined {
    return this.#closed.find((pool) => lists(pool, address));
  }

  /**
   * The pool that an address is from: the Ready one that lists it, or else the one whose status tells of it, the record
   * that outlives a restart, or else one that lists it and is not Ready.
   */
  originOf(address: Address): string | undefined {
    return this.poolOf(address)?.name ?? this.recordedOrigin(address) ?? this.likelyOrigin(address);
  }

  /**
   * A pool that lists the address and whose record may be missing: it has never been reported, or it is being deleted and
   * is held back for its holders. One that was reported has no part in an address of which its status does not tell.
   */
  likelyOrigin(address: Address): string | undefined {
    const ready = this.poolOf(address);
    if (ready !== undefined) return this.#unrecorded.has(ready.name) ? ready.name : undefined;
    return this.#closed.find((pool) => this.#unrecorded.has(pool.name) && lists(pool, address))?.name;
  }

  /** The pool whose status says that it has retained the address. */
  retainerOf(address: Address): string | undefined {
    return this.#recorded.get(address);
  }

  /**
   * The pool whose status says that it has retained the address, or that it listed it when it was last reported Ready.
   *
   * @param named pools to prefer where several listed it: of a range that has moved, only one of the two may have been told.
   * @param withholding a Ready pool that lists the address and whose spec does not let it give it. If its status was
   *   written for that spec it would tell that it has retained the address, were it from there.
   */
  recordedOrigin(address: Address, named: readonly string[] = [], withholding?: string): string | undefined {
    const retaining = this.retainerOf(address);
    if (retaining !== undefined) return retaining;
    let first: string | undefined;
    for (const { range, pool } of this.#formerly) {
      if (!rangeContains(range, address)) continue;
      if (pool.name === withholding && this.#current.has(pool.name)) continue;
      if (named.length === 0 || named.includes(pool.name)) return pool.name;
      first ??= pool.name;
    }
    return first;
  }

  /** Why a pool gives a request nothing new, whether it has room or not; null where it may. */
  closedTo(pool: Pool, request: Request): PassedOver | null {
    if (pool.deleting) return pool.passedOver('Deleting');
    if (this.faults.has(pool.name)) return pool.passedOver('NotReady');
    if (pool.disabled) return pool.passedOver('Disabled');
    const reason = pool.selects(request);
    return reason === null ? null : pool.passedOver(reason);
  }

  #record(object: IPAddressPool): void {
    const pool = this.byName.get(object.metadata.name);
    if (pool === undefined) return;
    const condition = findCondition(object.status?.conditions, READY);
    if (isCurrent(object, condition?.observedGeneration)) this.#current.add(pool.name);
    const isReported = condition !== undefined || object.status?.addresses !== undefined;
    if (!isReported || (pool.deleting && hasFinalizer(object, ADDRESSES_HELD))) this.#unrecorded.add(pool.name);
    for (const text of object.status?.addresses ?? []) {
      const range = parseOrUndefined(text, parseRange);
      if (range !== undefined) this.#formerly.push({ range, pool, wasReady: condition?.status === 'True' });
    }
    for (const { address } of object.status?.retained ?? []) {
      const recorded = parseOrUndefined(address, parseAddress);
      if (recorded === undefined) continue;
      const before = this.#recorded.get(recorded);
      if (before === undefined || object.metadata.name < before) this.#recorded.set(recorded, object.metadata.name);
    }
  }

  #faultOf(pool: Pool): PoolFault | null {
    if (pool.deleting) {
      return {
        reason: 'Deleting',
        message: 'is being deleted: it gives out nothing, and goes when nobody holds its addresses',
      };
    }
    if (pool.fault !== null) return pool.fault;
    const overlaps: string[] = [];
    let areOlder = Number.isFinite(pool.createdAt);
    for (const range of pool.ranges) {
      for (const other of this.#owners.overlapping(range)) {
        if (other.pool.createdAt > pool.createdAt) continue;
        areOlder &&= other.pool.createdAt < pool.createdAt;
        overlaps.push(`${formatRange(range)} overlaps ${formatRange(other.range)} of pool ${other.pool.name}`);
      }
    }
    if (overlaps.length === 0) return null;
    // Pools in a folder have no creation time.
    const which = areOlder ? 'older' : 'other';
    const remedy = `take them out of this one; or, to rename a pool, delete the ${which} one, and they pass to this one`;
    return {
      reason: 'OverlapsPool',
      message: `${overlaps.join('; ')}: the ${which} pool keeps the addresses, ${remedy}`,
    };
  }
}

/** Older first; without a creation time last. Of one age: those that were Ready first, then by name. */
function compareAge(a: Pool, b: Pool): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.rank - b.rank || compareNames(a, b);
}

function compareTried(a: Pool, b: Pool): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  return a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : compareNames(a, b);
}

function compareNames(a: Pool, b: Pool): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

interface FormerRange {
  readonly range: AddressRange;
  readonly pool: Pool;
  readonly wasReady: boolean;
}

/** Where no generation tells, the addresses do. */
function isCurrent({ metadata, spec, status }: IPAddressPool, observed: number | undefined): boolean {
  if (observed !== undefined) return observed === metadata.generation;
  return listsTheSame(spec.addresses, status?.addresses);
}

function lists({ ranges }: Pool, address: Address): boolean {
  return ranges.some((range) => rangeContains(range, address));
}

interface OwnedRange {
  readonly range: AddressRange;
  readonly pool: Pool;
}

/** Disjoint ranges and the pool of each, sorted by first address, a list for each family. */
class OwnedRanges {
  readonly #lists: Record<AddressRange['family'], OwnedRange[]> = { IPv4: [], IPv6: [] };

  add(range: AddressRange, pool: Pool): void {
    this.#lists[range.family].splice(this.#after(range.family, range.first), 0, { range, pool });
  }

  ownerOf(address: Address): Pool | undefined {
    const before = this.#lists[address.family][this.#after(address.family, address.value) - 1];
    return before !== undefined && before.range.last >= address.value ? before.pool : undefined;
  }

  /** The ranges that have an address in common with this one, ascending. */
  overlapping(range: AddressRange): readonly OwnedRange[] {
    const end = this.#after(range.family, range.last);
    const list = this.#lists[range.family];
    let begin = end;
    while (begin > 0 && (list[begin - 1] as OwnedRange).range.last >= range.first) begin--;
    return list.slice(begin, end);
  }

  /** The index of the first range that begins above the value. */
  #after(family: AddressRange['family'], value: number | bigint): number {
    const list = this.#lists[family];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle] as OwnedRange).range.first <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { type Address, AddressError, parseAddress } from '../ip/address.ts';
import { AddressMap } from '../ip/address-map.ts';
import { type AddressRange, formatRange } from '../ip/range.ts';
import { compilePool, type Pool, type PoolFault } from './pool.ts';
import type { Request } from './request.ts';
import type { PassedOver } from './verdict.ts';

/** What decides which addresses may be given: everything but the Services. */
export interface PoolConfiguration {
  readonly pools: readonly IPAddressPool[];
  /** Addresses never given, whatever a pool says: of nodes, of gateways, in Service and Pod ranges. */
  readonly neverGiven?: readonly AddressRange[];
  /** The labels of each namespace, for `namespaceSelectors`. */
  readonly namespaceLabels?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** All pools: those that may give, in the order tried, and what is wrong with the others. */
export class PoolTable {
  /** Ready pools: with a `serviceAllocation` first, then by priority, then by name. */
  readonly ready: readonly Pool[];
  /** All pools by name. */
  readonly byName: ReadonlyMap<string, Pool>;
  /** What is wrong with each pool that is not Ready. */
  readonly faults: ReadonlyMap<string, PoolFault>;
  readonly #owners = new OwnedRanges();
  readonly #recorded = new AddressMap<string>();

  constructor(configuration: PoolConfiguration) {
    const { neverGiven = [], namespaceLabels = new Map() } = configuration;
    const pools = configuration.pools.map((object) => compilePool(object, neverGiven, namespaceLabels));
    const faults = new Map<string, PoolFault>();
    const ready: Pool[] = [];
    for (const pool of pools.sort(compareAge)) {
      const fault = this.#faultOf(pool);
      if (fault !== null) {
        faults.set(pool.name, fault);
        continue;
      }
      for (const range of pool.ranges) this.#owners.add(range, pool);
      ready.push(pool);
    }
    this.ready = ready.sort(compareTried);
    this.byName = new Map(pools.map((pool) => [pool.name, pool]));
    this.faults = faults;
    for (const object of configuration.pools) this.#record(object);
  }

  /** The Ready pool that lists the address, whether it may be given or not. */
  poolOf(address: Address): Pool | undefined {
    return this.#owners.ownerOf(address);
  }

  /** The pool whose status says that it has retained the address: the record that outlives a restart. */
  recordedOrigin(address: Address): string | undefined {
    return this.#recorded.get(address);
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
    for (const { address } of object.status?.retained ?? []) {
      try {
        this.#recorded.set(parseAddress(address), object.metadata.name);
      } catch (error) {
        if (!(error instanceof AddressError)) throw error;
      }
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
    for (const range of pool.ranges) {
      const other = this.#owners.overlapping(range);
      if (other === undefined) continue;
      overlaps.push(`${formatRange(range)} overlaps ${formatRange(other.range)} of pool ${other.pool.name}`);
    }
    if (overlaps.length === 0) return null;
    return {
      reason: 'OverlapsPool',
      message: `${overlaps.join('; ')}: the older pool keeps the addresses, take them out of this one`,
    };
  }
}

/** Older first; without a creation time last; then by name. */
function compareAge(a: Pool, b: Pool): number {
  return a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : compareNames(a, b);
}

function compareTried(a: Pool, b: Pool): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  return a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : compareNames(a, b);
}

function compareNames(a: Pool, b: Pool): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
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

  overlapping(range: AddressRange): OwnedRange | undefined {
    const before = this.#lists[range.family][this.#after(range.family, range.last) - 1];
    return before !== undefined && before.range.last >= range.first ? before : undefined;
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

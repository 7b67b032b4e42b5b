import type { Address } from '../ip/address.ts';
import { AddressMap } from '../ip/address-map.ts';
import { Holding, type Obstacle } from './holding.ts';
import type { Pool } from './pool.ts';
import type { PoolTable } from './pool-table.ts';
import type { Request } from './request.ts';
import { SharingIndex } from './sharing-index.ts';

/**
 * Who holds which address, and with it what is free in each pool. The one place where either changes.
 */
export class Ledger {
  readonly #holdings = new AddressMap<Holding>();
  readonly #byService = new Map<string, readonly Address[]>();
  readonly #shared = new SharingIndex();
  /** How many addresses several Services hold. */
  #jointHoldings = 0;
  #table: PoolTable;

  constructor(table: PoolTable) {
    this.#table = table;
  }

  /** Goes on with other pools: every holding stays, and is free in none of them. */
  adopt(table: PoolTable): void {
    this.#table = table;
    for (const holding of this.#holdings.values()) {
      table.poolOf(holding.address)?.free.removeAddress(holding.address);
      holding.origin ??= this.#namedBy(holding.holders());
      holding.origin = this.#originOf(holding, false);
    }
  }

  /** What a Service holds, IPv4 before IPv6. */
  heldBy(service: string): readonly Address[] {
    return this.#byService.get(service) ?? NONE;
  }

  holding(address: Address): Holding | undefined {
    return this.#holdings.get(address);
  }

  /** Whether the Service holds an address together with others. */
  shares(service: string): boolean {
    return (
      this.#jointHoldings > 0 && this.heldBy(service).some((address) => (this.#holdings.get(address)?.size ?? 0) > 1)
    );
  }

  /** See {@link SharingIndex.under}. */
  sharedUnder(request: Request, across: 'Namespace' | 'Cluster'): Iterable<Holding> {
    return this.#shared.under(request, across);
  }

  /**
   * Holders of the address that the request may not join. How far a key reaches is the pool's to say.
   */
  obstacles(address: Address, request: Request): readonly Obstacle[] {
    const across = this.#table.poolOf(address)?.sharing ?? 'Cluster';
    return this.#holdings.get(address)?.obstacles(request, across) ?? [];
  }

  /**
   * Holders of the address that may not go on sharing it with the request. Only their own terms count: a pool that lets
   * keys reach less far than before takes nothing from those who share already.
   */
  quarrels(address: Address, request: Request): readonly Obstacle[] {
    return this.#holdings.get(address)?.obstacles(request, 'Cluster') ?? [];
  }

  /** Looks anew where a held address is from, now that all who were found holding it are known. */
  findOrigin(address: Address): void {
    const holding = this.#holdings.get(address);
    if (holding === undefined) return;
    holding.origin = undefined;
    holding.origin = this.#originOf(holding, true);
  }

  /** Records that the Service holds exactly these addresses, and takes from it what it held besides. */
  hold(request: Request, addresses: readonly Address[]): void {
    const before = this.heldBy(request.key);
    for (const address of before) {
      if (!includes(addresses, address)) this.#leave(request.key, address);
    }
    for (const address of addresses) this.#enter(request, address);
    if (addresses.length > 0) this.#byService.set(request.key, addresses);
    else this.#byService.delete(request.key);
  }

  #enter(request: Request, address: Address): void {
    let holding = this.#holdings.get(address);
    const isNew = holding === undefined;
    if (holding === undefined) {
      holding = new Holding(address);
      this.#holdings.set(address, holding);
      this.#table.poolOf(address)?.free.removeAddress(address);
    }
    const before = holding.size;
    const former = holding.enter(request);
    if (before === 1 && holding.size === 2) this.#jointHoldings += 1;
    if (former !== request) {
      if (former !== undefined) this.#shared.delete(holding, former);
      this.#shared.add(holding, request);
    }
    holding.origin ??= this.#originOf(holding, isNew);
  }

  /**
   * The pool that a held address is from. A range that was moved to another pool takes its addresses along where that pool
   * permits them to their holders, but for those of a Service that names the old one: it asks for nothing else, and its
   * address is retained there.
   *
   * @param isNew whether it begins to be held: a pool that comes later cannot have given it, unless its status says so.
   */
  #originOf(holding: Holding, isNew: boolean): string | undefined {
    const { address, origin } = holding;
    const table = this.#table;
    const holders = holding.holders().filter(({ otherClass }) => otherClass === undefined);
    const ready = table.poolOf(address);
    const isPermitted =
      ready?.permitted.has(address) === true && holders.every((holder) => ready.selects(holder) === null);
    const withholding = ready && withholds(ready, holding, isNew) ? ready.name : undefined;
    const former = this.#formerOf(holding, holders, withholding);
    if (former !== undefined && table.byName.get(former)?.deleting === false) return former;
    if (isPermitted) return ready.name;
    const known = origin !== undefined && table.byName.has(origin) ? origin : undefined;
    const recorded = known ?? table.recordedOrigin(address, [], withholding);
    const likely = isNew ? table.likelyOrigin(address) : undefined;
    return recorded ?? likely ?? origin ?? this.#namedBy(holders);
  }

  /**
   * The pool that it was in and that a holder names. One that waits for what it names says nothing about which of the
   * pools that listed the address gave it.
   */
  #formerOf({ address, origin }: Holding, holders: readonly Request[], withholding?: string): string | undefined {
    const sure = origin ?? this.#table.retainerOf(address);
    if (sure !== undefined) return holders.some(({ pool }) => pool === sure) ? sure : undefined;
    const named = holders.flatMap(({ pool, asksAnew }) => (asksAnew ? [] : (pool ?? [])));
    if (named.length === 0) return undefined;
    const listed = this.#table.recordedOrigin(address, named, withholding);
    return listed !== undefined && named.includes(listed) ? listed : undefined;
  }

  /**
   * The pool that Services name counts as that of an address of which nothing else is known: so it stays with them
   * whatever other pools come to list. Not where it evicts: a guess moves nothing.
   */
  #namedBy(holders: readonly Request[]): string | undefined {
    const named = holders.flatMap(({ pool, asksAnew }) => (asksAnew ? [] : (this.#table.byName.get(pool ?? '') ?? [])));
    return named.flatMap(({ name, deleting, evict }) => (deleting || evict ? [] : name)).sort()[0];
  }

  #leave(service: string, address: Address): void {
    const holding = this.#holdings.get(address);
    if (holding === undefined) return;
    const former = holding.leave(service);
    if (former !== undefined) this.#shared.delete(holding, former);
    if (former !== undefined && holding.size === 1) this.#jointHoldings -= 1;
    if (holding.size > 0) return;
    this.#holdings.delete(address);
    const pool = this.#table.poolOf(address);
    if (pool?.offered.has(address)) pool.free.addAddress(address);
  }
}

const NONE: readonly Address[] = [];

/**
 * Whether the pool, with the spec that it has, can never have given the address to all of those who hold it. Labels may
 * have changed since, where one that is found at start was Allocated: what no pool offered would have been Retained.
 */
function withholds(pool: Pool, holding: Holding, isNew: boolean): boolean {
  if (!pool.permitted.has(holding.address)) return true;
  return holding.holders().some((holder) => {
    if (holder.otherClass !== undefined || pool.selects(holder) === null) return false;
    return !(isNew && holder.wasAllocated && pool.couldSelect(holder));
  });
}

function includes(addresses: readonly Address[], address: Address): boolean {
  return addresses.some((other) => other.family === address.family && other.value === address.value);
}

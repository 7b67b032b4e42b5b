import type { Address } from '../ip/address.ts';
import { AddressMap } from '../ip/address-map.ts';
import type { PoolTable } from './pool-table.ts';
import type { Request } from './request.ts';
import { sharingObstacle } from './sharing.ts';

/** One held address. */
export interface Holding {
  readonly address: Address;
  /** Who holds it: several where they share. */
  readonly holders: Request[];
  /** The pool it was given from, as far as is known: what is retained is listed there. */
  origin: string | undefined;
}

/** A holder in the way of another. */
export interface Obstacle {
  readonly holder: Request;
  readonly why: string;
}

/**
 * Who holds which address, and with it what is free in each pool. The one place where either changes.
 */
export class Ledger {
  readonly #holdings = new AddressMap<Holding>();
  readonly #byService = new Map<string, readonly Address[]>();
  /** Holdings by sharing key, alone and with the namespace, so that a sharer need not search all addresses. */
  readonly #shared = new Map<string, Set<Holding>>();
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
      holding.origin = this.#originOf(holding);
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
      this.#jointHoldings > 0 &&
      this.heldBy(service).some((address) => (this.#holdings.get(address)?.holders.length ?? 0) > 1)
    );
  }

  /**
   * The holdings of Services with the sharing key of the request, in the order in which they began to share.
   *
   * @param across whether in its namespace only
   */
  sharedUnder(request: Request, across: 'Namespace' | 'Cluster'): Iterable<Holding> {
    return this.#shared.get(across === 'Cluster' ? clusterKey(request) : namespaceKey(request)) ?? [];
  }

  /**
   * Holders of the address that the request may not join. How far a key reaches is the pool's to say.
   */
  obstacles(address: Address, request: Request): readonly Obstacle[] {
    return this.#obstacles(address, request, this.#table.poolOf(address)?.sharing ?? 'Cluster');
  }

  /**
   * Holders of the address that may not go on sharing it with the request. Only their own terms count: a pool that lets
   * keys reach less far than before takes nothing from those who share already.
   */
  quarrels(address: Address, request: Request): readonly Obstacle[] {
    return this.#obstacles(address, request, 'Cluster');
  }

  #obstacles(address: Address, request: Request, across: 'Namespace' | 'Cluster'): readonly Obstacle[] {
    const found: Obstacle[] = [];
    for (const holder of this.#holdings.get(address)?.holders ?? []) {
      if (holder.key === request.key) continue;
      const why = sharingObstacle(holder.sharing, request.sharing, across);
      if (why !== null) found.push({ holder, why });
    }
    return found;
  }

  /** Looks anew where a held address is from, now that all who were found holding it are known. */
  findOrigin(address: Address): void {
    const holding = this.#holdings.get(address);
    if (holding !== undefined) holding.origin = this.#originOf({ ...holding, origin: undefined });
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
    if (holding === undefined) {
      const pool = this.#table.poolOf(address);
      holding = { address, holders: [], origin: undefined };
      this.#holdings.set(address, holding);
      pool?.free.removeAddress(address);
    }
    const at = holding.holders.findIndex((holder) => holder.key === request.key);
    if (at >= 0) this.#forgetKey(holding, holding.holders.splice(at, 1, request)[0]);
    else if (holding.holders.push(request) === 2) this.#jointHoldings += 1;
    holding.origin ??= this.#originOf(holding);
    if (request.sharing.key === undefined) return;
    for (const key of [namespaceKey(request), clusterKey(request)]) {
      const holdings = this.#shared.get(key);
      if (holdings === undefined) this.#shared.set(key, new Set([holding]));
      else holdings.add(holding);
    }
  }

  /**
   * The pool that a held address is from. A range that was moved to another pool takes its addresses along, but for those
   * of a Service that names the old one: it asks for nothing else, and its address is retained there.
   */
  #originOf({ address, holders, origin }: Holding): string | undefined {
    const named = holders.flatMap(({ pool }) => pool ?? []);
    const former = named.length === 0 ? undefined : (origin ?? this.#table.recordedOrigin(address));
    if (former !== undefined && named.includes(former) && this.#table.byName.get(former)?.deleting === false)
      return former;
    const known = origin !== undefined && this.#table.byName.has(origin) ? origin : undefined;
    return this.#table.poolOf(address)?.name ?? known ?? this.#table.originOf(address) ?? origin;
  }

  #leave(service: string, address: Address): void {
    const holding = this.#holdings.get(address);
    if (holding === undefined) return;
    const at = holding.holders.findIndex((holder) => holder.key === service);
    if (at >= 0) this.#forgetKey(holding, holding.holders.splice(at, 1)[0]);
    if (at >= 0 && holding.holders.length === 1) this.#jointHoldings -= 1;
    if (holding.holders.length > 0) return;
    this.#holdings.delete(address);
    const pool = this.#table.poolOf(address);
    if (pool?.offered.has(address)) pool.free.addAddress(address);
  }

  #forgetKey(holding: Holding, former: Request | undefined): void {
    if (former === undefined || former.sharing.key === undefined) return;
    for (const keyOf of [namespaceKey, clusterKey]) {
      const key = keyOf(former);
      if (holding.holders.some((holder) => holder.sharing.key !== undefined && keyOf(holder) === key)) continue;
      const holdings = this.#shared.get(key);
      holdings?.delete(holding);
      if (holdings?.size === 0) this.#shared.delete(key);
    }
  }
}

const NONE: readonly Address[] = [];

/** Neither a namespace nor a sharing key that came in an annotation can hold a NUL. */
function namespaceKey({ namespace, sharing }: Request): string {
  return `${namespace}\0${sharing.key}`;
}

function clusterKey({ sharing }: Request): string {
  return `\0${sharing.key}`;
}

function includes(addresses: readonly Address[], address: Address): boolean {
  return addresses.some((other) => other.family === address.family && other.value === address.value);
}

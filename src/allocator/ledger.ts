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

/**
 * Who holds which address, and with it what is free in each pool. The one place where either changes.
 */
export class Ledger {
  readonly #holdings = new AddressMap<Holding>();
  readonly #byService = new Map<string, readonly Address[]>();
  /** Holdings by sharing key, so that a sharer need not search all addresses. */
  readonly #shared = new Map<string, Set<Holding>>();
  #table: PoolTable;

  constructor(table: PoolTable) {
    this.#table = table;
  }

  /** Goes on with other pools: every holding stays, and is free in none of them. */
  adopt(table: PoolTable): void {
    this.#table = table;
    for (const holding of this.#holdings.values()) {
      const pool = table.poolOf(holding.address);
      pool?.free.removeAddress(holding.address);
      if (pool !== undefined) holding.origin = pool.name;
      else if (holding.origin === undefined || !table.byName.has(holding.origin)) {
        holding.origin = table.originOf(holding.address) ?? holding.origin;
      }
    }
  }

  /** How many addresses are held. */
  get size(): number {
    return this.#holdings.size;
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
    return this.heldBy(service).some((address) => (this.#holdings.get(address)?.holders.length ?? 0) > 1);
  }

  /** The holdings of Services with the sharing key, in the order in which they began to share. */
  sharedUnder(key: string): Iterable<Holding> {
    return this.#shared.get(key) ?? [];
  }

  /** Holders of the address that may not share it with the request, itself apart. */
  obstacles(address: Address, request: Request): readonly { readonly holder: Request; readonly why: string }[] {
    const holding = this.#holdings.get(address);
    if (holding === undefined) return [];
    // What no Ready pool lists is given to nobody: there keys need only reach as far as those who share already.
    const across = this.#table.poolOf(address)?.sharing ?? 'Cluster';
    const found: { holder: Request; why: string }[] = [];
    for (const holder of holding.holders) {
      if (holder.key === request.key) continue;
      const why = sharingObstacle(holder.sharing, request.sharing, across);
      if (why !== null) found.push({ holder, why });
    }
    return found;
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
      holding = { address, holders: [], origin: pool?.name ?? this.#table.originOf(address) };
      this.#holdings.set(address, holding);
      pool?.free.removeAddress(address);
    }
    const at = holding.holders.findIndex((holder) => holder.key === request.key);
    if (at < 0) holding.holders.push(request);
    else this.#forgetKey(holding, holding.holders.splice(at, 1, request)[0]);
    const { key } = request.sharing;
    if (key === undefined) return;
    const holdings = this.#shared.get(key);
    if (holdings === undefined) this.#shared.set(key, new Set([holding]));
    else holdings.add(holding);
  }

  #leave(service: string, address: Address): void {
    const holding = this.#holdings.get(address);
    if (holding === undefined) return;
    const at = holding.holders.findIndex((holder) => holder.key === service);
    if (at >= 0) this.#forgetKey(holding, holding.holders.splice(at, 1)[0]);
    if (holding.holders.length > 0) return;
    this.#holdings.delete(address);
    const pool = this.#table.poolOf(address);
    if (pool?.offered.has(address)) pool.free.addAddress(address);
  }

  #forgetKey(holding: Holding, former: Request | undefined): void {
    const key = former?.sharing.key;
    if (key === undefined || holding.holders.some((holder) => holder.sharing.key === key)) return;
    const holdings = this.#shared.get(key);
    holdings?.delete(holding);
    if (holdings?.size === 0) this.#shared.delete(key);
  }
}

const NONE: readonly Address[] = [];

function includes(addresses: readonly Address[], address: Address): boolean {
  return addresses.some((other) => other.family === address.family && other.value === address.value);
}

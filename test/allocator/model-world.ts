import type { IPFamily } from '../../src/ip/family.ts';
import type { ModelAddress, ModelPool, ModelService } from './model-objects.ts';
import { byName, familyOf, listed, mayShare, namespaceOf, readyOf, unselected } from './model-rules.ts';

/** The pools and Services of the model, and who holds what: plain lists and maps, searched from end to end. */
export class ModelWorld {
  readonly services = new Map<string, ModelService>();
  pools: readonly ModelPool[] = [];
  /** Pools that give out addresses, in the order in which they are tried. */
  ready: readonly ModelPool[] = [];
  readonly held = new Map<string, readonly ModelAddress[]>();
  /** The pool that each held address was last seen in. */
  readonly #origins = new Map<ModelAddress, string>();

  configure(pools: readonly ModelPool[]): void {
    this.pools = pools;
    this.ready = readyOf(pools);
    this.#noteOrigins(true);
  }

  remove(name: string): void {
    this.services.delete(name);
    this.held.delete(name);
    this.#noteOrigins(false);
  }

  service(name: string): ModelService {
    return this.services.get(name) as ModelService;
  }

  heldBy(service: ModelService): readonly ModelAddress[] {
    return this.held.get(service.name) ?? [];
  }

  hold(service: ModelService, addresses: Iterable<ModelAddress>): void {
    this.held.set(
      service.name,
      [...addresses].sort((a, b) => a - b),
    );
    this.#noteOrigins(false);
  }

  holdings(): string {
    return JSON.stringify([...this.held].filter(([, held]) => held.length > 0).sort());
  }

  /** Noted when an address begins to be held, and again when the pools change. */
  #noteOrigins(again: boolean): void {
    const all = new Set([...this.held.values()].flat());
    for (const address of this.#origins.keys()) if (!all.has(address)) this.#origins.delete(address);
    for (const address of all) {
      const origin = again || !this.#origins.has(address) ? this.#findOrigin(address) : undefined;
      if (origin !== undefined) this.#origins.set(address, origin);
    }
  }

  originOf(address: ModelAddress): string | undefined {
    return this.#origins.get(address);
  }

  /** As if they began to be held now, by all who hold them. */
  noteAnew(addresses: Iterable<ModelAddress>): void {
    for (const address of addresses) this.#origins.delete(address);
    this.#noteOrigins(false);
  }

  /** A range that moves to another pool takes its addresses along, unless a holder names the pool that they were in. */
  #findOrigin(address: ModelAddress): string | undefined {
    const ready = this.poolOf(address)?.name;
    const before = this.#origins.get(address);
    const byStatus = this.pools.toSorted(byName).find(({ retained }) => retained.includes(address))?.name;
    const former = before ?? byStatus;
    const named = former !== undefined && this.#isNamedHome(former, address) ? former : undefined;
    const known = ready ?? (this.pools.some(({ name }) => name === before) ? before : undefined);
    const listing = this.pools.filter((pool) => listed(pool).includes(address)).map(({ name }) => name);
    return named ?? known ?? byStatus ?? listing.sort()[0] ?? before;
  }

  #isNamedHome(former: string, address: ModelAddress): boolean {
    const isAlive = this.pools.some(({ name, deleting }) => name === former && !deleting);
    const holders = [...this.held].filter(([, held]) => held.includes(address)).map(([name]) => this.service(name));
    return isAlive && holders.some((holder) => holder.pool === former);
  }

  poolOf(address: ModelAddress): ModelPool | undefined {
    return this.ready.find((pool) => listed(pool).includes(address));
  }

  poolFrom(address: ModelAddress): ModelPool | undefined {
    const origin = this.originOf(address);
    return this.pools.find(({ name }) => name === origin);
  }

  /** Whether all who hold the address would share it with the Service. */
  mayHold(address: ModelAddress, service: ModelService): boolean {
    return [...this.held]
      .filter(([name, held]) => name !== service.name && held.includes(address))
      .every(([name]) => this.#reaches(address, this.service(name), service) && mayShare(this.service(name), service));
  }

  /** Whether all who hold the address may go on doing so together with the Service: the pool has no say in that. */
  mayStay(address: ModelAddress, service: ModelService): boolean {
    return [...this.held]
      .filter(([name, held]) => name !== service.name && held.includes(address))
      .every(([name]) => mayShare(this.service(name), service));
  }

  #reaches(address: ModelAddress, a: ModelService, b: ModelService): boolean {
    return this.poolOf(address)?.sharing !== 'Namespace' || namespaceOf(a) === namespaceOf(b);
  }

  isOffered(address: ModelAddress, service: ModelService): boolean {
    const pool = this.poolOf(address);
    if (pool === undefined || (service.pool !== undefined && service.pool !== pool.name)) return false;
    return !pool.reserved.includes(address) && unselected(pool, service) === undefined;
  }

  isEvicted(address: ModelAddress): boolean {
    const pool = this.poolFrom(address);
    return pool?.evict === true && (pool.deleting || this.ready.includes(pool));
  }

  /** None or one: what is held there already, else the first in the order listed that may be held. */
  lowest(pool: ModelPool, family: IPFamily, service: ModelService): readonly ModelAddress[] {
    const given = listed(pool).filter((address) => familyOf(address) === family && !pool.reserved.includes(address));
    const own = given.filter((address) => this.heldBy(service).includes(address)).sort((a, b) => a - b);
    return [...own, ...given.filter((address) => this.mayHold(address, service))].slice(0, 1);
  }

  /** Why a pool gives the Service nothing new, whether it has room or not. */
  closed(pool: ModelPool, service: ModelService): string | undefined {
    if (pool.deleting) return 'Deleting';
    if (!this.ready.includes(pool)) return 'NotReady';
    return pool.disabled ? 'Disabled' : unselected(pool, service);
  }
}

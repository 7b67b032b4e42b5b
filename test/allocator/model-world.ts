import type { IPFamily } from '../../src/ip/family.ts';
import type { ModelAddress, ModelPool, ModelService } from './model-objects.ts';
import {
  byName,
  byPoolAge,
  byPrecedence,
  familyOf,
  listed,
  mayShare,
  namespaceOf,
  readyOf,
  unselected,
} from './model-rules.ts';

/** The pools and Services of the model, and who holds what: plain lists and maps, searched from end to end. */
export class ModelWorld {
  readonly services = new Map<string, ModelService>();
  pools: readonly ModelPool[] = [];
  /** Pools that give out addresses, in the order in which they are tried. */
  ready: readonly ModelPool[] = [];
  readonly held = new Map<string, readonly ModelAddress[]>();
  /** Services that have come to name their pool while they held what they hold. */
  readonly anew = new Set<string>();
  /** The pool that each held address was last seen in. */
  readonly #origins = new Map<ModelAddress, string>();
  /** Those that were held before, whether it is known where they are from or not. */
  #noted = new Set<ModelAddress>();

  configure(pools: readonly ModelPool[]): void {
    this.pools = pools;
    this.ready = readyOf(pools);
    this.#noteOrigins(true);
  }

  remove(name: string): void {
    this.services.delete(name);
    this.held.delete(name);
    this.anew.delete(name);
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

  /** Noted when an address begins to be held, and again when the pools change. Only what is held by Services of ours. */
  #noteOrigins(again: boolean): void {
    const all = new Set([...this.services.values()].filter(({ other }) => !other).flatMap((each) => this.heldBy(each)));
    for (const address of this.#origins.keys()) if (!all.has(address)) this.#origins.delete(address);
    for (const address of all) {
      const isNew = !this.#noted.has(address);
      const origin = again || !this.#origins.has(address) ? this.#findOrigin(address, isNew) : undefined;
      if (origin !== undefined) this.#origins.set(address, origin);
    }
    this.#noted = all;
  }

  originOf(address: ModelAddress): string | undefined {
    return this.#origins.get(address);
  }

  /** As if they began to be held now, by all who hold them. */
  noteAnew(addresses: Iterable<ModelAddress>): void {
    for (const address of addresses) {
      this.#origins.delete(address);
      this.#noted.delete(address);
    }
    this.#noteOrigins(false);
  }

  /**
   * A range that moves to another pool takes its addresses along, where that one offers them to all their holders, unless
   * a holder names the pool that they were in.
   */
  #findOrigin(address: ModelAddress, isNew: boolean): string | undefined {
    const holders = [...this.services.values()].filter((each) => !each.other && this.heldBy(each).includes(address));
    const before = this.#origins.get(address) ?? (isNew ? undefined : this.#namedBy(holders));
    const names = holders.flatMap(({ pool }) => pool ?? []);
    const sure = before ?? this.#retaining(address);
    const settled = holders.filter(({ name }) => !this.anew.has(name)).flatMap(({ pool }) => pool ?? []);
    const ready = this.poolOf(address);
    const isOffered = ready !== undefined && holders.every((holder) => this.offersTo(ready, address, holder));
    const withholding = isOffered ? undefined : ready;
    // Who waits for the pool that it names says nothing about where it has its address from.
    const former = sure ?? (settled.length === 0 ? undefined : this.#recorded(address, withholding, settled));
    const isNamed = former !== undefined && (sure === undefined ? settled : names).includes(former);
    const isAlive = this.pools.some(({ name, deleting }) => name === former && !deleting);
    if (isNamed && isAlive) return former;
    if (isOffered) return ready.name;
    const known = this.pools.some(({ name }) => name === before) ? before : undefined;
    const recorded = known ?? this.#recorded(address, withholding);
    const unreported = isNew ? this.#unreported(address) : undefined;
    return recorded ?? unreported ?? before ?? this.#namedBy(holders);
  }

  /** What the status of pools tells: retained by, else listed by, those that were Ready first, then the older. */
  #recorded(
    address: ModelAddress,
    withholding: ModelPool | undefined,
    preferred: readonly string[] = [],
  ): string | undefined {
    const retaining = this.#retaining(address);
    if (retaining !== undefined) return retaining;
    // Had a pool retained it that withholds it as when it was reported, its status would say so.
    const isBlind = (pool: ModelPool) => pool === withholding && String(pool.formerly) === String(pool.ranges);
    const listing = this.pools
      .filter((pool) => !isBlind(pool))
      .filter(({ was, formerly }) => was !== undefined && listed({ ranges: formerly }).includes(address))
      .sort((a, b) => Number(a.was !== 'Ready') - Number(b.was !== 'Ready') || byPoolAge(a, b));
    return (listing.find(({ name }) => preferred.includes(name)) ?? listing[0])?.name;
  }

  #retaining(address: ModelAddress): string | undefined {
    return this.pools.toSorted(byName).find(({ retained }) => retained.includes(address))?.name;
  }

  /** A pool that lists it, and of which no status tells what it has given. */
  #unreported(address: ModelAddress): string | undefined {
    const ready = this.poolOf(address);
    const listing = this.pools.filter((pool) => listed(pool).includes(address)).sort(byName);
    const candidates = ready === undefined ? listing : [ready];
    return candidates.find(({ was, deleting }) => was === undefined || deleting)?.name;
  }

  /** The guess for an address of which nothing is known. */
  #namedBy(holders: readonly ModelService[]): string | undefined {
    const names = holders.flatMap((holder) => (this.anew.has(holder.name) ? [] : (holder.pool ?? [])));
    return this.pools.toSorted(byName).find(({ name, deleting, evict }) => names.includes(name) && !deleting && !evict)
      ?.name;
  }

  poolOf(address: ModelAddress): ModelPool | undefined {
    return this.ready.find((pool) => listed(pool).includes(address));
  }

  /** Whether all who hold the address would share it with the Service. */
  mayHold(address: ModelAddress, service: ModelService): boolean {
    return [...this.held]
      .filter(([name, held]) => name !== service.name && held.includes(address))
      .every(([name]) => this.#reaches(address, this.service(name), service) && mayShare(this.service(name), service));
  }

  /** Whether it keeps what it is found holding: who is not ours is in the way only if it comes first. */
  mayClaim(address: ModelAddress, service: ModelService): boolean {
    return [...this.held]
      .filter(([name, held]) => name !== service.name && held.includes(address))
      .map(([name]) => this.service(name))
      .every((holder) => (holder.other ? byPrecedence(service, holder) < 0 : mayShare(holder, service)));
  }

  #reaches(address: ModelAddress, a: ModelService, b: ModelService): boolean {
    return this.poolOf(address)?.sharing !== 'Namespace' || namespaceOf(a) === namespaceOf(b);
  }

  isOffered(address: ModelAddress, service: ModelService): boolean {
    const pool = this.poolOf(address);
    if (pool === undefined || (service.pool !== undefined && service.pool !== pool.name)) return false;
    return this.offersTo(pool, address, service);
  }

  /** Whichever pool the Service names. */
  offersTo(pool: ModelPool, address: ModelAddress, service: ModelService): boolean {
    return !pool.reserved.includes(address) && unselected(pool, service) === undefined;
  }

  /** Its pool says that it has to be left, and no other has taken it over. */
  isEvicted(address: ModelAddress, service: ModelService): boolean {
    const home = this.pools.find(({ name }) => name === this.originOf(address));
    if (home?.evict !== true || !(home.deleting || this.ready.includes(home))) return false;
    const pool = this.poolOf(address);
    if (pool === undefined || (pool !== home && service.pool === home.name)) return true;
    return !this.offersTo(pool, address, service);
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

import type { ModelPool, ModelService } from './model-objects.ts';

/** A family of the model's addresses: 0 to 9 are IPv4, 100 to 109 are IPv6. */
export const isIPv6 = (address: number): boolean => address >= 100;

/** What the model says of one Service. */
export interface ModelVerdict {
  readonly addresses: readonly number[];
  readonly reason: string;
  /** Where it got nothing: why each pool was passed over, by name. */
  readonly passedOver: Readonly<Record<string, string>>;
}

/**
 * The rules of allocation as the design states them, done the slow way: every address is looked at, every Service is
 * decided in every pass, and passes are repeated until one changes nothing.
 */
export class Model {
  pools: readonly ModelPool[] = [];
  readonly services = new Map<string, ModelService>();
  readonly held = new Map<string, readonly number[]>();
  readonly verdicts = new Map<string, ModelVerdict>();
  /** The pool that each held address was last seen in. */
  readonly #origins = new Map<number, string>();
  readonly #unseen = new Set<string>();

  put(service: ModelService): void {
    if (!this.services.has(service.name)) this.#unseen.add(service.name);
    this.services.set(service.name, service);
  }

  remove(name: string): void {
    for (const map of [this.services, this.held, this.verdicts]) map.delete(name);
    this.#unseen.delete(name);
  }

  settle(): void {
    this.#claim();
    this.#noteOrigins();
    for (let before = ''; before !== this.#holdings(); ) {
      before = this.#holdings();
      this.#endSharing();
      for (const service of this.#inOrder()) {
        const verdict = this.#decide(service);
        this.verdicts.set(service.name, verdict);
        this.held.set(service.name, verdict.addresses);
        this.#noteOrigins();
      }
    }
  }

  /** Pools that give out addresses, in the order in which they are tried. */
  ready(): readonly ModelPool[] {
    const ready: ModelPool[] = [];
    const byAge = [...this.pools].sort((a, b) => time(a.created) - time(b.created) || order(a.name, b.name));
    for (const pool of byAge) {
      if (pool.deleting || pool.broken || new Set(listed(pool)).size < listed(pool).length) continue;
      if (!ready.some((older) => listed(older).some((address) => listed(pool).includes(address)))) ready.push(pool);
    }
    const rank = ({ allocation }: ModelPool) => (allocation === undefined ? 2000 : allocation.priority || 1000);
    return ready.sort((a, b) => rank(a) - rank(b) || order(a.name, b.name));
  }

  poolOf(address: number): ModelPool | undefined {
    return this.ready().find((pool) => listed(pool).includes(address));
  }

  /** Addresses that their pool does not offer to those who hold them: the pool, the address, the Service. */
  retained(): readonly string[] {
    return [...this.held].flatMap(([name, addresses]) =>
      addresses
        .filter((address) => !this.#isOffered(address, this.#service(name)))
        .map((address) => `${this.#originOf(address)} ${address} ${name}`),
    );
  }

  /** Why two Services may not both hold an address. */
  mayShare(address: number, a: ModelService, b: ModelService): boolean {
    const origin = this.#originOf(address);
    const pool = this.poolOf(address) ?? this.pools.find(({ name }) => name === origin);
    const reaches = (pool?.sharing ?? 'Cluster') === 'Cluster' || namespaceOf(a) === namespaceOf(b);
    const portsApart = !a.ports.some((port) => b.ports.includes(port));
    return a.key !== undefined && a.key === b.key && reaches && (a.local ?? '') === (b.local ?? '') && portsApart;
  }

  #service(name: string): ModelService {
    return this.services.get(name) as ModelService;
  }

  #heldBy(name: string): readonly number[] {
    return this.held.get(name) ?? [];
  }

  #othersOn(address: number, service: ModelService): readonly ModelService[] {
    const names = [...this.held].filter(([name, held]) => name !== service.name && held.includes(address));
    return names.map(([name]) => this.#service(name));
  }

  #holdings(): string {
    return JSON.stringify([...this.held].filter(([, held]) => held.length > 0).sort());
  }

  #claim(): void {
    const unseen = [...this.#unseen].map((name) => this.#service(name)).sort(precedence);
    this.#unseen.clear();
    for (const service of unseen) {
      const mine = service.holds.filter((address) =>
        this.#othersOn(address, service).every((other) => this.mayShare(address, service, other)),
      );
      this.held.set(service.name, [...new Set(mine)].sort((a, b) => a - b));
    }
  }

  #noteOrigins(): void {
    const all = new Set([...this.held.values()].flat());
    for (const address of this.#origins.keys()) if (!all.has(address)) this.#origins.delete(address);
    for (const address of all) {
      const origin = this.#originOf(address);
      if (origin !== undefined) this.#origins.set(address, origin);
    }
  }

  #originOf(address: number): string | undefined {
    const ready = this.poolOf(address)?.name ?? this.#origins.get(address);
    if (ready !== undefined) return ready;
    const byStatus = this.pools.findLast(({ retained }) => retained.includes(address))?.name;
    const listing = this.pools.filter((pool) => listed(pool).includes(address)).map(({ name }) => name);
    return byStatus ?? listing.sort()[0];
  }

  /** Whoever comes later by the rule for two holders leaves an address that it may not share with those before it. */
  #endSharing(): void {
    for (const address of new Set([...this.held.values()].flat())) {
      const keepers: ModelService[] = [];
      for (const service of [...this.services.values()].sort(precedence)) {
        const held = this.#heldBy(service.name);
        if (!held.includes(address)) continue;
        if (keepers.every((keeper) => this.mayShare(address, keeper, service))) keepers.push(service);
        else this.held.set(service.name, held.filter((other) => other !== address));
      }
    }
  }

  #inOrder(): readonly ModelService[] {
    const all = [...this.services.values()];
    const holds = ({ name }: ModelService) => this.#heldBy(name).length > 0;
    return [...all.filter(holds).sort(precedence), ...all.filter((service) => !holds(service)).sort(age)];
  }

  #decide(service: ModelService): ModelVerdict {
    const held = this.#heldBy(service.name);
    const keep = (addresses: readonly number[], reason: string, passedOver = {}): ModelVerdict => {
      return { addresses, reason: addresses.length > 0 ? 'KeptWhileRequestPending' : reason, passedOver };
    };
    if (service.nonsense) return keep(held, 'InvalidRequest');
    const outside = held.filter((address) => isWanted(address, service) && !this.#isOffered(address, service));
    const evicted = outside.filter((address) => this.#isEvicted(address));
    const retained = outside.filter((address) => !evicted.includes(address));
    if (service.deleting) {
      if (held.length === 0) return keep(held, 'NoMatchingPool');
      const stays = retained.filter((address) => !this.#isUnwanted(address, service));
      return { addresses: held, reason: stays.length > 0 ? 'Retained' : 'Allocated', passedOver: {} };
    }
    const asksForOther = held.some((address) => this.#isUnwanted(address, service));
    const good = held.filter((address) => isWanted(address, service) && !evicted.includes(address));
    if (!asksForOther && suffices(good, service)) {
      const staying = retained.filter((address) => good.includes(address));
      if (staying.length > 0) return { addresses: good, reason: 'Retained', passedOver: {} };
      return { addresses: this.#completed(good, service), reason: 'Allocated', passedOver: {} };
    }
    const found = this.#search(service);
    if (typeof found !== 'string' && 'addresses' in found) return { ...found, reason: 'Allocated', passedOver: {} };
    const rest = held.filter((address) => !(evicted.includes(address) && !this.#isUnwanted(address, service)));
    return keep(rest, found.reason, found.passedOver);
  }

  #isOffered(address: number, service: ModelService): boolean {
    const pool = this.poolOf(address);
    return pool !== undefined && !pool.reserved.includes(address) && selects(pool, service);
  }

  #isUnwanted(address: number, service: ModelService): boolean {
    if (!service.families.includes(isIPv6(address) ? 'IPv6' : 'IPv4')) return false;
    if (service.ips.length > 0 && !service.ips.includes(address)) return true;
    const origin = this.#originOf(address);
    return service.pool !== undefined && origin !== undefined && origin !== service.pool;
  }

  #isEvicted(address: number): boolean {
    const origin = this.#originOf(address);
    const pool = this.pools.find(({ name }) => name === origin);
    return pool !== undefined && pool.evict && (pool.deleting || this.ready().includes(pool));
  }

  #completed(good: readonly number[], service: ModelService): readonly number[] {
    const missing = service.families.find((family) => !good.some((address) => isIPv6(address) === (family === 'IPv6')));
    const [first] = good;
    const pool = first === undefined ? undefined : this.poolOf(first);
    if (missing === undefined || pool === undefined || service.ips.length > 0) return good;
    if (closedTo(pool, service) !== undefined) return good;
    const address = this.#lowest(pool, missing, service);
    return address === undefined ? good : [...good, address].sort((a, b) => a - b);
  }

  /** The first address of a family, in the order listed, that the Service may hold; one it holds already comes first. */
  #lowest(pool: ModelPool, family: string, service: ModelService): number | undefined {
    const held = this.#heldBy(service.name);
    const mine = listed(pool).filter((address) => isIPv6(address) === (family === 'IPv6'));
    const open = mine.filter((address) => !pool.reserved.includes(address));
    const own = held.find((address) => open.includes(address));
    return own ?? open.find((address) => this.#isOpen(address, service));
  }

  #isOpen(address: number, service: ModelService): boolean {
    return this.#othersOn(address, service).every((other) => this.mayShare(address, service, other));
  }

  #search(
    service: ModelService,
  ): { addresses: readonly number[] } | { reason: string; passedOver: Record<string, string> } {
    const ready = this.ready();
    const notReady = this.pools.filter((pool) => !ready.includes(pool));
    const passedOver = Object.fromEntries(notReady.map((pool) => [pool.name, pool.deleting ? 'Deleting' : 'NotReady']));
    if (ready.length === 0) return { reason: 'NoPools', passedOver };
    if (service.policy === 'RequireDualStack' && service.families.length < 2) {
      return { reason: 'DualStackUnavailable', passedOver: {} };
    }
    if (service.ips.length > 0) return this.#searchNamed(service);
    if (service.pool !== undefined) return this.#searchPool(service, service.pool);
    let partial: { addresses: readonly number[]; isPrimary: boolean } | undefined;
    for (const pool of this.#tried(service)) {
      const closed = closedTo(pool, service) ?? (pool.autoAssign ? undefined : 'AutoAssignOff');
      const { addresses, lacking } = this.#take(pool, service);
      if (closed === undefined && lacking === undefined) return { addresses };
      passedOver[pool.name] = closed ?? lacking ?? '';
      const isPrimary = addresses.some((address) => isIPv6(address) === (service.families[0] === 'IPv6'));
      if (closed !== undefined || addresses.length === 0) continue;
      if (partial === undefined || (isPrimary && !partial.isPrimary)) partial = { addresses, isPrimary };
    }
    if (partial !== undefined && service.policy === 'PreferDualStack') return { addresses: partial.addresses };
    const reasons = Object.values(passedOver);
    if (reasons.includes('Full')) return { reason: 'PoolExhausted', passedOver };
    if (!reasons.includes('FamilyMissing')) return { reason: 'NoMatchingPool', passedOver };
    return { reason: service.policy === 'RequireDualStack' ? 'DualStackUnavailable' : 'FamilyMismatch', passedOver };
  }

  /** The fixed order; a Service that can keep an address looks in the pool of that one first. */
  #tried(service: ModelService): readonly ModelPool[] {
    const kept = this.#heldBy(service.name).find(
      (address) => isWanted(address, service) && this.#isOffered(address, service),
    );
    const home = kept === undefined ? undefined : this.poolOf(kept);
    return [...this.ready()].sort((a, b) => Number(b === home) - Number(a === home));
  }

  #take(pool: ModelPool, service: ModelService): { addresses: readonly number[]; lacking: string | undefined } {
    const has = (family: string) => listed(pool).some((address) => isIPv6(address) === (family === 'IPv6'));
    const addresses = service.families.flatMap((family) => this.#lowest(pool, family, service) ?? []);
    addresses.sort((a, b) => a - b);
    if (addresses.length === service.families.length) return { addresses, lacking: undefined };
    const lists = service.families.filter(has).length;
    const eitherWillDo = service.policy === 'PreferDualStack' && addresses.length === 0;
    return { addresses, lacking: lists === service.families.length || (eitherWillDo && lists > 0) ? 'Full' : 'FamilyMissing' };
  }

  #searchPool(service: ModelService, name: string): ReturnType<Model['search']> {
    const pool = this.pools.find((other) => other.name === name);
    if (pool === undefined) return { reason: 'UnknownPool', passedOver: {} };
    const closed = this.ready().includes(pool) ? closedTo(pool, service) : pool.deleting ? 'Deleting' : 'NotReady';
    if (closed !== undefined) return { reason: 'PoolNotAllowed', passedOver: { [name]: closed } };
    const { addresses, lacking } = this.#take(pool, service);
    if (lacking === undefined || (addresses.length > 0 && service.policy === 'PreferDualStack')) return { addresses };
    if (lacking === 'Full') return { reason: 'PoolExhausted', passedOver: { [name]: lacking } };
    const isDual = service.families.length > 1;
    return { reason: isDual ? 'DualStackUnavailable' : 'FamilyMismatch', passedOver: { [name]: lacking } };
  }

  search(service: ModelService): ReturnType<typeof this.searched> {
    return this.searched(service);
  }
}

import type { ModelAddress, ModelPool, ModelService } from './model-objects.ts';
import { byAge, byPrecedence, familyOf, mayShare, suffices } from './model-rules.ts';
import { type ModelRefusal, search } from './model-search.ts';
import { ModelWorld } from './model-world.ts';

/** What the model says of one Service. */
export interface ModelVerdict extends ModelRefusal {
  readonly addresses: readonly ModelAddress[];
}

/**
 * The rules of allocation as the design states them, done the slow way: every address is looked at, every Service is
 * decided in every pass, and passes are repeated until one changes nothing.
 */
export class Model {
  readonly verdicts = new Map<string, ModelVerdict>();
  readonly #world = new ModelWorld();
  readonly #unseen = new Set<string>();

  configure(pools: readonly ModelPool[]): void {
    this.#world.configure(pools);
  }

  put(service: ModelService): void {
    if (!this.#world.services.has(service.name)) this.#unseen.add(service.name);
    this.#world.services.set(service.name, service);
  }

  remove(name: string): void {
    this.#world.remove(name);
    this.verdicts.delete(name);
    this.#unseen.delete(name);
  }

  settle(): void {
    this.#claim();
    for (let before = ''; before !== this.#world.holdings(); ) {
      before = this.#world.holdings();
      this.#endSharing();
      for (const service of this.#inOrder()) {
        const verdict = this.#decide(service);
        this.verdicts.set(service.name, verdict);
        this.#world.hold(service, verdict.addresses);
      }
    }
  }

  /** Held addresses that no Ready pool offers to their holders: `pool address Service`. */
  retained(): readonly string[] {
    return [...this.#world.held].flatMap(([name, addresses]) =>
      addresses
        .filter((address) => !this.#world.isOffered(address, this.#world.service(name)))
        .map((address) => `${this.#world.originOf(address)} ${address} ${name}`),
    );
  }

  #claim(): void {
    const unseen = [...this.#unseen].map((name) => this.#world.service(name)).sort(byPrecedence);
    this.#unseen.clear();
    const before = new Set([...this.#world.held.values()].flat());
    for (const service of unseen) {
      this.#world.hold(service, new Set(service.holds.filter((address) => this.#world.mayStay(address, service))));
    }
    this.#world.noteAnew([...this.#world.held.values()].flat().filter((address) => !before.has(address)));
  }

  /** Whoever comes later by the rule for two holders leaves an address that it may not share with those before it. */
  #endSharing(): void {
    for (const address of new Set([...this.#world.held.values()].flat())) {
      const keepers: ModelService[] = [];
      for (const service of [...this.#world.services.values()].sort(byPrecedence)) {
        const held = this.#world.heldBy(service);
        if (!held.includes(address)) continue;
        if (keepers.every((keeper) => mayShare(keeper, service))) keepers.push(service);
        else
          this.#world.hold(
            service,
            held.filter((other) => other !== address),
          );
      }
    }
  }

  #inOrder(): readonly ModelService[] {
    const all = [...this.#world.services.values()];
    const holds = (service: ModelService) => this.#world.heldBy(service).length > 0;
    return [...all.filter(holds).sort(byPrecedence), ...all.filter((service) => !holds(service)).sort(byAge)];
  }

  #decide(service: ModelService): ModelVerdict {
    const held = this.#world.heldBy(service);
    const pending = (addresses: readonly ModelAddress[], { reason, passedOver }: ModelRefusal): ModelVerdict => {
      return { addresses, reason: addresses.length > 0 ? 'KeptWhileRequestPending' : reason, passedOver };
    };
    if (service.nonsense) return pending(held, { reason: 'InvalidRequest', passedOver: {} });
    const ofFamily = held.filter((address) => service.families.includes(familyOf(address)));
    const wanted = ofFamily.filter((address) => this.#isWanted(address, service));
    const outside = wanted.filter((address) => !this.#world.isOffered(address, service));
    const evicted = outside.filter((address) => this.#world.isEvicted(address));
    const isRetained = outside.length > evicted.length;
    if (service.deleting) {
      if (held.length === 0) return pending(held, { reason: 'NoMatchingPool', passedOver: {} });
      return { addresses: held, reason: outside.length > 0 ? 'Retained' : 'Allocated', passedOver: {} };
    }
    const good = wanted.filter((address) => !evicted.includes(address));
    if (wanted.length === ofFamily.length && suffices(good, service)) {
      if (isRetained) return { addresses: good, reason: 'Retained', passedOver: {} };
      return { addresses: this.#completed(good, service), reason: 'Allocated', passedOver: {} };
    }
    const answer = search(this.#world, service);
    if ('reason' in answer)
      return pending(
        held.filter((address) => !evicted.includes(address)),
        answer,
      );
    return { addresses: answer, reason: 'Allocated', passedOver: {} };
  }

  #isWanted(address: ModelAddress, service: ModelService): boolean {
    const pool = this.#world.poolOf(address) ?? this.#world.poolFrom(address);
    const homes = [pool?.name, this.#world.originOf(address)];
    const isOther = service.pool !== undefined && pool !== undefined && !homes.includes(service.pool);
    return !isOther && (service.ips.length === 0 || service.ips.includes(address));
  }

  /** The other family, where it is only preferred, comes from the pool of the one that is held. */
  #completed(good: readonly ModelAddress[], service: ModelService): readonly ModelAddress[] {
    const pool = this.#world.poolOf(good[0] as ModelAddress) as ModelPool;
    const missing = service.families.find((family) => !good.some((address) => familyOf(address) === family));
    if (missing === undefined || service.ips.length > 0 || this.#world.closed(pool, service) !== undefined) return good;
    return [...good, ...this.#world.lowest(pool, missing, service)].sort((a, b) => a - b);
  }
}

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
    const before = this.#world.services.get(service.name);
    const wasOurs = before?.other === false;
    if (before !== undefined && (before.other || service.other) && !(before.other && service.other)) {
      this.remove(service.name);
    }
    const isAnew =
      wasOurs && !service.other ? this.#isAnew(before, service) : service.pending && service.since !== undefined;
    if (isAnew && service.pool !== undefined && !service.deleting) this.#world.anew.add(service.name);
    else this.#world.anew.delete(service.name);
    this.#world.services.set(service.name, service);
    if (service.other) this.#world.hold(service, new Set(service.holds));
    else if (!wasOurs) this.#unseen.add(service.name);
  }

  #isAnew(before: ModelService, service: ModelService): boolean {
    return before.pool === service.pool ? this.#world.anew.has(service.name) : true;
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
    return [...this.#world.held].flatMap(([name, addresses]) => {
      const service = this.#world.service(name);
      if (service.other) return [];
      return addresses
        .filter((address) => !this.#world.isOffered(address, service) && !this.#isOfferedAtHome(address, service))
        .map((address) => `${this.#world.originOf(address)} ${address} ${name}`);
    });
  }

  /** The pool that it is from still offers it, and it is the Service that asks for something else. */
  #isOfferedAtHome(address: ModelAddress, service: ModelService): boolean {
    const pool = this.#world.poolOf(address);
    return (
      pool?.name === this.#world.originOf(address) && pool !== undefined && this.#world.offersTo(pool, address, service)
    );
  }

  #claim(): void {
    const unseen = [...this.#unseen].map((name) => this.#world.service(name)).sort(byPrecedence);
    this.#unseen.clear();
    const before = new Set(this.#heldByOurs());
    for (const service of unseen) {
      this.#world.hold(service, new Set(service.holds.filter((address) => this.#world.mayClaim(address, service))));
    }
    this.#world.noteAnew(this.#heldByOurs().filter((address) => !before.has(address)));
  }

  #heldByOurs(): readonly ModelAddress[] {
    return [...this.#world.held].flatMap(([name, held]) => (this.#world.service(name).other ? [] : held));
  }

  /** Whoever comes later by the rule for two holders leaves an address that it may not share with those before it. */
  #endSharing(): void {
    for (const address of new Set([...this.#world.held.values()].flat())) {
      const keepers: ModelService[] = [];
      for (const service of [...this.#world.services.values()].sort(byPrecedence)) {
        const held = this.#world.heldBy(service);
        if (!held.includes(address)) continue;
        if (service.other || keepers.every((keeper) => mayShare(keeper, service))) keepers.push(service);
        else
          this.#world.hold(
            service,
            held.filter((other) => other !== address),
          );
      }
    }
  }

  #inOrder(): readonly ModelService[] {
    const all = [...this.#world.services.values()].filter(({ other }) => !other);
    const holds = (service: ModelService) => this.#world.heldBy(service).length > 0;
    return [...all.filter(holds).sort(byPrecedence), ...all.filter((service) => !holds(service)).sort(byAge)];
  }

  #decide(service: ModelService): ModelVerdict {
    const held = this.#world.heldBy(service);
    const pending = (addresses: readonly ModelAddress[], { reason, passedOver }: ModelRefusal): ModelVerdict => {
      return { addresses, reason: addresses.length > 0 ? 'KeptWhileRequestPending' : reason, passedOver };
    };
    const evicted = held.filter((address) => this.#world.isEvicted(address, service));
    const kept = held.filter((address) => !evicted.includes(address));
    if (service.nonsense) {
      return pending(service.deleting ? held : kept, { reason: 'InvalidRequest', passedOver: {} });
    }
    const ofFamily = kept.filter((address) => service.families.includes(familyOf(address)));
    const wanted = ofFamily.filter((address) => this.#isWanted(address, service));
    const isRetained = wanted.some((address) => !this.#world.isOffered(address, service));
    if (service.deleting) {
      if (held.length === 0) return pending(held, { reason: 'NoMatchingPool', passedOver: {} });
      return { addresses: held, reason: isRetained || evicted.length > 0 ? 'Retained' : 'Allocated', passedOver: {} };
    }
    if (wanted.length === ofFamily.length && suffices(wanted, service)) {
      if (isRetained) return { addresses: wanted, reason: 'Retained', passedOver: {} };
      return { addresses: this.#completed(wanted, service), reason: 'Allocated', passedOver: {} };
    }
    const answer = search(this.#world, service);
    if ('reason' in answer) return pending(kept, answer);
    return { addresses: answer, reason: 'Allocated', passedOver: {} };
  }

  #isWanted(address: ModelAddress, service: ModelService): boolean {
    const origin = this.#world.originOf(address);
    const isKnown = origin !== undefined || this.#world.anew.has(service.name);
    const homes = [this.#world.poolOf(address)?.name, origin];
    const isOther = service.pool !== undefined && isKnown && !homes.includes(service.pool);
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

import type { AnnouncedService } from '../../announcement/input.ts';
import { keyOf, keyText } from '../../api/object.ts';

/** The Services whose addresses are ours to announce, by name (`namespace/name`) and by address. */
export class Holdings {
  readonly #services = new Map<string, AnnouncedService>();
  readonly #holders = new Map<string, Set<string>>();

  constructor(services: readonly AnnouncedService[] = []) {
    for (const held of services) this.#add(keyText(keyOf(held.service)), held);
  }

  /** What the Service holds from now on; undefined for nothing. Returns the addresses that it held or holds. */
  replace(service: string, held: AnnouncedService | undefined): ReadonlySet<string> {
    const former = this.#services.get(service)?.addresses ?? [];
    this.#services.delete(service);
    for (const { address } of former) {
      const holders = this.#holders.get(address);
      holders?.delete(service);
      if (holders?.size === 0) this.#holders.delete(address);
    }
    if (held !== undefined) this.#add(service, held);
    return new Set([...former, ...(held?.addresses ?? [])].map(({ address }) => address));
  }

  isHeld(address: string): boolean {
    return this.#holders.has(address);
  }

  /** The Services that hold one of the addresses, with those of the addresses that they hold. */
  sharing(addresses: ReadonlySet<string>): readonly AnnouncedService[] {
    const names = new Set([...addresses].flatMap((address) => [...(this.#holders.get(address) ?? [])]));
    return [...names].flatMap((name) => {
      const held = this.#services.get(name);
      if (held === undefined) return [];
      return [{ service: held.service, addresses: held.addresses.filter(({ address }) => addresses.has(address)) }];
    });
  }

  #add(name: string, held: AnnouncedService): void {
    this.#services.set(name, held);
    for (const { address } of held.addresses) {
      const holders = this.#holders.get(address);
      if (holders === undefined) this.#holders.set(address, new Set([name]));
      else holders.add(name);
    }
  }
}

import { type Address, compareAddresses, parseAddress } from '../../ip/address.ts';
import type { AddressDuties, Duties } from './duties.ts';

interface Entry {
  readonly address: Address;
  duties: AddressDuties;
}

/** What plans mean for this node, by address. */
export class DutyTable {
  readonly #entries = new Map<string, Entry>();
  /** How many addresses use each interface. */
  readonly #uses = new Map<string, number>();
  /** In the order of addresses; undefined where that has to be made. */
  #sorted: readonly Entry[] | undefined;
  #all: Duties | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get(address: string): AddressDuties | undefined {
    return this.#entries.get(address)?.duties;
  }

  *[Symbol.iterator](): Generator<readonly [address: string, duties: AddressDuties]> {
    for (const [address, { duties }] of this.#entries) yield [address, duties];
  }

  /** Puts something else in the place of what the address meant; undefined for an address that nobody holds any more. */
  replace(address: string, duties: AddressDuties | undefined): void {
    this.#all = undefined;
    const entry = this.#entries.get(address);
    this.#count(entry?.duties.uses ?? [], -1);
    this.#count(duties?.uses ?? [], 1);
    if (entry !== undefined && duties !== undefined) {
      entry.duties = duties;
      return;
    }
    this.#sorted = undefined;
    if (duties === undefined) this.#entries.delete(address);
    else this.#entries.set(address, { address: parseAddress(address), duties });
  }

  /** These are all addresses from now on. */
  replaceAll(byAddress: ReadonlyMap<string, AddressDuties>): void {
    for (const address of [...this.#entries.keys()]) if (!byAddress.has(address)) this.replace(address, undefined);
    for (const [address, duties] of byAddress) this.replace(address, duties);
  }

  /** Whether any address uses the interface. */
  isUsed(link: string): boolean {
    return this.#uses.has(link);
  }

  /** Of all addresses, in their order. */
  all(): Duties {
    this.#sorted ??= [...this.#entries.values()].sort((a, b) => compareAddresses(a.address, b.address));
    this.#all ??= {
      duties: this.#sorted.flatMap(({ duties }) => duties.duties),
      withheld: this.#sorted.flatMap(({ duties }) => duties.withheld),
    };
    return this.#all;
  }

  #count(links: readonly string[], step: 1 | -1): void {
    for (const link of links) {
      const count = (this.#uses.get(link) ?? 0) + step;
      if (count === 0) this.#uses.delete(link);
      else this.#uses.set(link, count);
    }
  }
}

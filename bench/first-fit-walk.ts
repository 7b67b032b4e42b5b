import { formatIPv4 } from '../src/ip/address.ts';

/**
 * The baseline: first fit as a walk from the first address of the pool over all that are used, a text and a map look-up
 * for each, which is what an allocator without an index of free space does.
 */
export class FirstFitWalk {
  readonly #used = new Map<string, string>();
  readonly #first: number;
  readonly #size: number;

  /** @param used how many addresses, from the first, are used already. */
  constructor(first: number, size: number, used = 0) {
    this.#first = first;
    this.#size = size;
    for (let offset = 0; offset < used; offset++) this.#used.set(formatIPv4(first + offset), 'held/s');
  }

  /** Gives the Service the first address that is not used; whether there was one. */
  give(service: string): boolean {
    for (let offset = 0; offset < this.#size; offset++) {
      const address = formatIPv4(this.#first + offset);
      if (this.#used.has(address)) continue;
      this.#used.set(address, service);
      return true;
    }
    return false;
  }
}

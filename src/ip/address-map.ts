import type { Address } from './address.ts';

/** A map keyed by address value: IPv4 keys stay plain numbers, so that a million of them cost no strings. */
export class AddressMap<V> {
  readonly #ipv4 = new Map<number, V>();
  readonly #ipv6 = new Map<bigint, V>();

  get size(): number {
    return this.#ipv4.size + this.#ipv6.size;
  }

  get(address: Address): V | undefined {
    return address.family === 'IPv4' ? this.#ipv4.get(address.value) : this.#ipv6.get(address.value);
  }

  set(address: Address, value: V): void {
    if (address.family === 'IPv4') this.#ipv4.set(address.value, value);
    else this.#ipv6.set(address.value, value);
  }

  delete(address: Address): void {
    if (address.family === 'IPv4') this.#ipv4.delete(address.value);
    else this.#ipv6.delete(address.value);
  }

  *values(): Generator<V> {
    yield* this.#ipv4.values();
    yield* this.#ipv6.values();
  }
}

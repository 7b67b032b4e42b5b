import type { Address } from './address.ts';
import type { IPFamily } from './family.ts';
import { BIGINT, IntervalSet, NUMBER } from './interval-set.ts';
import type { AddressRange } from './range.ts';

/** A set of addresses of both families, kept as intervals: see {@link IntervalSet} for what each operation costs. */
export class AddressSet {
  readonly #ipv4 = new IntervalSet(NUMBER);
  readonly #ipv6 = new IntervalSet(BIGINT);

  add(range: AddressRange): void {
    if (range.family === 'IPv4') this.#ipv4.add(range.first, range.last);
    else this.#ipv6.add(range.first, range.last);
  }

  remove(range: AddressRange): void {
    if (range.family === 'IPv4') this.#ipv4.remove(range.first, range.last);
    else this.#ipv6.remove(range.first, range.last);
  }

  addAddress(address: Address): void {
    if (address.family === 'IPv4') this.#ipv4.add(address.value, address.value);
    else this.#ipv6.add(address.value, address.value);
  }

  removeAddress(address: Address): void {
    if (address.family === 'IPv4') this.#ipv4.remove(address.value, address.value);
    else this.#ipv6.remove(address.value, address.value);
  }

  has(address: Address): boolean {
    return address.family === 'IPv4' ? this.#ipv4.has(address.value) : this.#ipv6.has(address.value);
  }

  /** The lowest address of the set in the range. */
  lowestIn(range: AddressRange): Address | undefined {
    if (range.family === 'IPv4') {
      const value = this.#ipv4.lowest(range.first, range.last);
      return value === undefined ? undefined : { family: 'IPv4', value };
    }
    const value = this.#ipv6.lowest(range.first, range.last);
    return value === undefined ? undefined : { family: 'IPv6', value };
  }

  isEmpty(family: IPFamily): boolean {
    return family === 'IPv4' ? this.#ipv4.count === 0 : this.#ipv6.count === 0n;
  }

  /** How many addresses of a family are in the set. */
  count(family: IPFamily): bigint {
    return family === 'IPv4' ? BigInt(this.#ipv4.count) : this.#ipv6.count;
  }

  /** All intervals, IPv4 before IPv6, ascending. The set must not change while this is being read. */
  *ranges(): Generator<AddressRange> {
    for (const { first, last } of this.#ipv4.intervals()) yield { family: 'IPv4', first, last };
    for (const { first, last } of this.#ipv6.intervals()) yield { family: 'IPv6', first, last };
  }
}

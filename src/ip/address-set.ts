import type { Address } from './address.ts';
import type { IPFamily } from './family.ts';
import { BIGINT, IntervalSet, NUMBER } from './interval-set.ts';
import type { AddressRange } from './range.ts';

/** Which IPv4 addresses a set can hold, numbered without gaps so that a run of them is one interval. */
interface Scale {
  /** The number of the first of them that is not below the value; of the last that is not above it. */
  ceiling(value: number): number;
  floor(value: number): number;
  valueAt(index: number): number;
}

const EVERY: Scale = { ceiling: (value) => value, floor: (value) => value, valueAt: (index) => index };

/** 254 of each 256 addresses: those that end in .1 to .254. */
const WITHOUT_BUGGY: Scale = {
  ceiling: (value) => Math.floor(value / 256) * 254 + Math.min(Math.max((value % 256) - 1, 0), 254),
  floor: (value) => Math.floor(value / 256) * 254 + Math.min(value % 256, 254) - 1,
  valueAt: (index) => Math.floor(index / 254) * 256 + (index % 254) + 1,
};

/** A set of addresses of both families, kept as intervals: see {@link IntervalSet} for what each operation costs. */
export class AddressSet {
  readonly #scale: Scale;
  readonly #ipv4 = new IntervalSet(NUMBER);
  readonly #ipv6 = new IntervalSet(BIGINT);

  /**
   * @param withoutBuggy the set never holds IPv4 addresses that end in .0 or .255: they are passed over as they are added.
   */
  constructor({ withoutBuggy = false }: { readonly withoutBuggy?: boolean } = {}) {
    this.#scale = withoutBuggy ? WITHOUT_BUGGY : EVERY;
  }

  add(range: AddressRange): void {
    if (range.family === 'IPv6') this.#ipv6.add(range.first, range.last);
    else this.#withIndices(range.first, range.last, (first, last) => this.#ipv4.add(first, last));
  }

  remove(range: AddressRange): void {
    if (range.family === 'IPv6') this.#ipv6.remove(range.first, range.last);
    else this.#withIndices(range.first, range.last, (first, last) => this.#ipv4.remove(first, last));
  }

  addAddress(address: Address): void {
    if (address.family === 'IPv6') this.#ipv6.add(address.value, address.value);
    else this.#withIndices(address.value, address.value, (first, last) => this.#ipv4.add(first, last));
  }

  removeAddress(address: Address): void {
    if (address.family === 'IPv6') this.#ipv6.remove(address.value, address.value);
    else this.#withIndices(address.value, address.value, (first, last) => this.#ipv4.remove(first, last));
  }

  has(address: Address): boolean {
    if (address.family === 'IPv6') return this.#ipv6.has(address.value);
    const index = this.#scale.ceiling(address.value);
    return index === this.#scale.floor(address.value) && this.#ipv4.has(index);
  }

  /** The lowest address of the set in the range. */
  lowestIn(range: AddressRange): Address | undefined {
    if (range.family === 'IPv4') {
      const { ceiling, floor, valueAt } = this.#scale;
      const index = this.#ipv4.lowest(ceiling(range.first), floor(range.last));
      return index === undefined ? undefined : { family: 'IPv4', value: valueAt(index) };
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

  /**
   * All intervals, IPv4 before IPv6, ascending; what the set can never hold may lie between their ends. The set must not
   * change while this is being read.
   */
  *ranges(): Generator<AddressRange> {
    const { valueAt } = this.#scale;
    for (const { first, last } of this.#ipv4.intervals()) {
      yield { family: 'IPv4', first: valueAt(first), last: valueAt(last) };
    }
    for (const { first, last } of this.#ipv6.intervals()) yield { family: 'IPv6', first, last };
  }

  /** Calls back with the numbers of those that the set can hold, where there are any between the two values. */
  #withIndices(first: number, last: number, callback: (first: number, last: number) => void): void {
    const from = this.#scale.ceiling(first);
    const to = this.#scale.floor(last);
    if (from <= to) callback(from, to);
  }
}

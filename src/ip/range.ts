import { type Address, AddressError, formatIPv4, formatIPv6, parseAddress } from './address.ts';
import { type Prefix, parsePrefix } from './prefix.ts';

/** All addresses from `first` to `last`, both included; `first` is never above `last`. */
export type AddressRange =
  | { readonly family: 'IPv4'; readonly first: number; readonly last: number }
  | { readonly family: 'IPv6'; readonly first: bigint; readonly last: bigint };

/**
 * Parses one entry of a pool: CIDR notation, whose host bits are masked off, or `first-last`.
 *
 * @throws AddressError for a bare address (its remedy is a `/32` or `/128`), for ends of different families, and for a
 *   range that runs backwards.
 */
export function parseRange(text: string): AddressRange {
  if (text.includes('/')) return rangeOfPrefix(parsePrefix(text));
  const dash = text.indexOf('-');
  if (dash < 0) {
    throw new AddressError(
      text,
      `is neither CIDR nor first-last: for one address write ${text}/${text.includes(':') ? 128 : 32}`,
    );
  }
  const first = parseAddress(text.slice(0, dash).trim());
  const last = parseAddress(text.slice(dash + 1).trim());
  if (first.family === 'IPv4' && last.family === 'IPv4') {
    if (first.value > last.value) throw backwards(text);
    return { family: 'IPv4', first: first.value, last: last.value };
  }
  if (first.family === 'IPv6' && last.family === 'IPv6') {
    if (first.value > last.value) throw backwards(text);
    return { family: 'IPv6', first: first.value, last: last.value };
  }
  throw new AddressError(text, 'mixes IPv4 and IPv6: write both ends in one family');
}

/**
 * Parses what {@link parseRange} does, and one address alone.
 *
 * @throws AddressError for anything else.
 */
export function parseAddressOrRange(text: string): AddressRange {
  return /[/-]/.test(text) ? parseRange(text) : rangeOfAddress(parseAddress(text));
}

function backwards(text: string): AddressError {
  return new AddressError(text, 'runs backwards: write the lower address first');
}

/** The first and last address of the prefix, network and broadcast address included. */
export function rangeOfPrefix(prefix: Prefix): AddressRange {
  const { address, length } = prefix;
  if (address.family === 'IPv4') {
    const size = 2 ** (32 - length);
    const first = address.value - (address.value % size);
    return { family: 'IPv4', first, last: first + size - 1 };
  }
  const size = 1n << BigInt(128 - length);
  const first = address.value - (address.value % size);
  return { family: 'IPv6', first, last: first + size - 1n };
}

/** The range of just this address. */
export function rangeOfAddress(address: Address): AddressRange {
  return address.family === 'IPv4'
    ? { family: 'IPv4', first: address.value, last: address.value }
    : { family: 'IPv6', first: address.value, last: address.value };
}

/** Whether the range contains the address. Always false across families. */
export function rangeContains(range: AddressRange, address: Address): boolean {
  return range.family === address.family && range.first <= address.value && address.value <= range.last;
}

/** Whether two ranges have an address in common. */
export function rangesOverlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The range as text: `first-last`, or the one address. */
export function formatRange(range: AddressRange): string {
  if (range.family === 'IPv4') {
    return range.first === range.last
      ? formatIPv4(range.first)
      : `${formatIPv4(range.first)}-${formatIPv4(range.last)}`;
  }
  return range.first === range.last ? formatIPv6(range.first) : `${formatIPv6(range.first)}-${formatIPv6(range.last)}`;
}

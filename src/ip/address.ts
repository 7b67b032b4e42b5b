import { Address4, Address6 } from 'ip-address';

/** An IPv4 address as an unsigned integer, 0 to 2^32 - 1. */
export interface IPv4Address {
  readonly family: 'IPv4';
  readonly value: number;
}

/** An IPv6 address as an unsigned integer, 0n to 2^128 - 1. */
export interface IPv6Address {
  readonly family: 'IPv6';
  readonly value: bigint;
}

/** One IP address. The integer is what the core computes with; text exists only at the edge. */
export type Address = IPv4Address | IPv6Address;

/** Text that is not one plain IP address. The message says what is wrong and what to write instead. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  constructor(
    readonly text: string,
    reason: string,
  ) {
    super(`"${text}" ${reason}`);
  }
}

/**
 * Parses one address: dotted decimal without leading zeros, or the IPv6 text forms of RFC 4291 section 2.2.
 *
 * @throws AddressError for anything else: a prefix length, a zone, a host name, and an IPv4-mapped IPv6 address
 *   (RFC 4291 section 2.5.5.2), which names an IPv4 address in a form that no neighbour can be asked for.
 */
export function parseAddress(text: string): Address {
  if (text.includes('/')) throw new AddressError(text, 'has a prefix length: write the address alone');
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

function parseIPv4(text: string): IPv4Address {
  try {
    // Its four numbers as text, from which an integer is made in a fraction of the time that `bigInt()` takes.
    const [a, b, c, d] = new Address4(text).parsedAddress;
    return { family: 'IPv4', value: ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d) };
  } catch {
    throw new AddressError(text, 'is not an IP address: write four decimal numbers such as 192.0.2.10');
  }
}

function parseIPv6(text: string): IPv6Address {
  if (text.includes('%')) throw new AddressError(text, 'has a zone: write the address without "%" and what follows');
  let parsed: Address6;
  try {
    parsed = new Address6(text);
  } catch {
    throw new AddressError(text, 'is not an IP address: write it as in RFC 4291 section 2.2, such as 2001:db8::10');
  }
  const value = parsed.bigInt();
  if (value >> 32n === 0xffffn) throw new AddressError(text, 'is an IPv4-mapped IPv6 address: write the IPv4 address');
  return { family: 'IPv6', value };
}

/** The address as text: dotted decimal, or the canonical form of RFC 5952. */
export function formatAddress(address: Address): string {
  return address.family === 'IPv4' ? formatIPv4(address.value) : formatIPv6(address.value);
}

/** {@link formatAddress} for an integer known to be IPv4. */
export function formatIPv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** {@link formatAddress} for an integer known to be IPv6. */
export function formatIPv6(value: bigint): string {
  return Address6.fromBigInt(value).correctForm();
}

/** Orders IPv4 before IPv6, then by value: the order in which Berth publishes and prints addresses. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family === 'IPv4' ? -1 : 1;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/**
 * What a parser of this folder makes of text that others wrote, and answer for; undefined where it is not understood.
 *
 * @param parse throws {@link AddressError} where it does not understand the text; what else it throws is passed on
 */
export function parseOrUndefined<T>(text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** Whether an address is one of the list. */
export function includesAddress(list: readonly Address[], address: Address): boolean {
  return list.some((each) => compareAddresses(each, address) === 0);
}

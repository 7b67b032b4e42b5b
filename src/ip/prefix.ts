import { type Address, AddressError, formatAddress, parseAddress } from './address.ts';
import { bitsOf, type IPFamily } from './family.ts';

/** An address with a prefix length, as an interface carries it: host bits are kept. */
export interface Prefix {
  readonly address: Address;
  /** Leading bits that name the network: 0 to 32, or 0 to 128. */
  readonly length: number;
}

/**
 * Parses CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3): an address, a slash and a decimal length.
 *
 * @throws AddressError naming the part that cannot be understood.
 */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf('/');
  if (slash < 0) throw new AddressError(text, 'has no prefix length: write it as address/length');
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  const bits = bitsOf(address.family);
  const length = Number(digits);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || length > bits) {
    throw new AddressError(text, `has a prefix length that is not a number from 0 to ${bits}`);
  }
  return { address, length };
}

/** CIDR notation, with the address in the text form of RFC 5952. */
export function formatPrefix({ address, length }: Prefix): string {
  return `${formatAddress(address)}/${length}`;
}

/** Whether the address lies in the network that the prefix names. Always false across families. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family === 'IPv4') {
    const size = 2 ** (32 - prefix.length);
    return address.family === 'IPv4' && Math.floor(prefix.address.value / size) === Math.floor(address.value / size);
  }
  const shift = BigInt(128 - prefix.length);
  return address.family === 'IPv6' && prefix.address.value >> shift === address.value >> shift;
}

/** The family of the prefix. */
export function familyOfPrefix(prefix: Prefix): IPFamily {
  return prefix.address.family;
}

import type { Address } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';
import { decodeAddress, encodeAddress, familyNumber } from './netlink/address-bytes.ts';

/** Room for either structure. */
export const SOCKET_ADDRESS_LENGTH = 28;

/** struct sockaddr_in: u16 family, u16 port, 4 bytes of address, 8 of padding (ip(7)). */
const IPV4_LENGTH = 16;
const IPV4_ADDRESS = 4;
/** struct sockaddr_in6: u16 family, u16 port, u32 flow label, 16 bytes of address, u32 scope (ipv6(7)). */
const IPV6_ADDRESS = 8;
const IPV6_SCOPE = 24;

/** An address and a port of UDP or TCP. */
export interface SocketAddress {
  readonly address: Address;
  readonly port: number;
}

/**
 * The address as the socket calls take it.
 *
 * @param interfaceIndex the link that a link-local IPv6 address is on (RFC 4007 section 11); others need none
 */
export function encodeSocketAddress({ address, port }: SocketAddress, interfaceIndex = 0): Uint8Array {
  const bytes = new Uint8Array(address.family === 'IPv4' ? IPV4_LENGTH : SOCKET_ADDRESS_LENGTH);
  const view = viewOf(bytes);
  view.setUint16(0, familyNumber(address), HOST_LITTLE_ENDIAN);
  view.setUint16(2, port);
  bytes.set(encodeAddress(address), address.family === 'IPv4' ? IPV4_ADDRESS : IPV6_ADDRESS);
  if (isLinkLocal(address)) view.setUint32(IPV6_SCOPE, interfaceIndex, HOST_LITTLE_ENDIAN);
  return bytes;
}

/** Reads what the kernel wrote; undefined for another family, or where it wrote nothing. */
export function decodeSocketAddress(bytes: Uint8Array): SocketAddress | undefined {
  const view = viewOf(bytes);
  const family = view.getUint16(0, HOST_LITTLE_ENDIAN);
  const address =
    decodeAddress(family, bytes.subarray(IPV4_ADDRESS, IPV4_ADDRESS + 4)) ??
    decodeAddress(family, bytes.subarray(IPV6_ADDRESS, IPV6_ADDRESS + 16));
  return address === undefined ? undefined : { address, port: view.getUint16(2) };
}

/** `0.0.0.0` or `::`: any address of the host. */
export function unspecifiedAddress(family: IPFamily): Address {
  return family === 'IPv4' ? { family, value: 0 } : { family, value: 0n };
}

/** fe80::/10 (RFC 4291 section 2.4). */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 'IPv6' && BigInt(value) >> 118n === 0x3fan;
}

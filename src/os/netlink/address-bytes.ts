import type { Address } from '../../ip/address.ts';
import { viewOf } from '../byte-order.ts';

export const AF_UNSPEC = 0;
const AF_INET = 2;
const AF_INET6 = 10;

/** The AF_* number of an address's family. */
export function familyNumber(address: Address): number {
  return address.family === 'IPv4' ? AF_INET : AF_INET6;
}

/** The address in network byte order: 4 or 16 bytes. */
export function encodeAddress(address: Address): Uint8Array {
  const bytes = new Uint8Array(address.family === 'IPv4' ? 4 : 16);
  const view = viewOf(bytes);
  if (address.family === 'IPv4') {
    view.setUint32(0, address.value);
  } else {
    view.setBigUint64(0, address.value >> 64n);
    view.setBigUint64(8, address.value & 0xffff_ffff_ffff_ffffn);
  }
  return bytes;
}

/** The address of a family from its bytes; undefined when absent, of another length, or of a family that is not IP. */
export function decodeAddress(family: number, bytes: Uint8Array | undefined): Address | undefined {
  if (family === AF_INET && bytes?.length === 4) return { family: 'IPv4', value: viewOf(bytes).getUint32(0) };
  if (family === AF_INET6 && bytes?.length === 16) {
    const view = viewOf(bytes);
    return { family: 'IPv6', value: (view.getBigUint64(0) << 64n) | view.getBigUint64(8) };
  }
  return undefined;
}

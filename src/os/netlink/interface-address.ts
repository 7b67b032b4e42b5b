import type { Address } from '../../ip/address.ts';
import { bitsOf } from '../../ip/family.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { decodeAddress, encodeAddress, familyNumber } from './address-bytes.ts';
import { decodeAttributes, encodeAttributes, readU32, u32 } from './attribute.ts';

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

/** An address of an interface as RTM_NEWADDR describes it (rtnetlink(7)). */
export interface InterfaceAddress {
  readonly interfaceIndex: number;
  readonly address: Address;
  readonly prefixLength: number;
  /** IFA_F_* of linux/if_addr.h. */
  readonly flags: number;
}

/** An address to add, with lifetimes in seconds as in RFC 4862 section 5.5.4. */
export interface NewInterfaceAddress extends InterfaceAddress {
  readonly scope: number;
  readonly preferredSeconds: number;
  readonly validSeconds: number;
}

/** No duplicate address detection (RFC 4862 section 5.4): the address can be used at once. */
export const IFA_F_NODAD = 0x2;
/** Duplicate address detection runs, and the address is used meanwhile (RFC 4429). */
export const IFA_F_OPTIMISTIC = 0x4;
/** Duplicate address detection found another node with it (RFC 4862 section 5.4.5). */
export const IFA_F_DADFAILED = 0x8;
/** Duplicate address detection runs (RFC 4862 section 5.4). */
export const IFA_F_TENTATIVE = 0x40;
/** It has no lifetime: it stays until somebody removes it. */
export const IFA_F_PERMANENT = 0x80;
/** No route to the address's prefix comes with it. */
export const IFA_F_NOPREFIXROUTE = 0x200;

/** RT_SCOPE_HOST of rtnetlink(7): the address is not chosen as the source of what leaves the host. */
export const RT_SCOPE_HOST = 254;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_CACHEINFO = 6;
const IFA_FLAGS = 8;

/** struct ifaddrmsg: u8 family, u8 prefix length, u8 flags, u8 scope, u32 index. */
const HEADER_LENGTH = 8;

/** The payload of RTM_NEWADDR. */
export function encodeNewAddress(added: NewInterfaceAddress): Uint8Array {
  const lifetimes = new Uint8Array(16);
  // struct ifa_cacheinfo: u32 preferred, u32 valid, and two times that only the kernel writes.
  viewOf(lifetimes).setUint32(0, added.preferredSeconds, HOST_LITTLE_ENDIAN);
  viewOf(lifetimes).setUint32(4, added.validSeconds, HOST_LITTLE_ENDIAN);
  return encode(added, added.scope, [
    [IFA_FLAGS, u32(added.flags)],
    [IFA_CACHEINFO, lifetimes],
  ]);
}

/** The payload of RTM_DELADDR. */
export function encodeDeleteAddress(removed: InterfaceAddress): Uint8Array {
  return encode(removed, 0, []);
}

/** The payload that asks, in an RTM_GETADDR dump, for all addresses of all families. */
export function encodeAddressRequest(): Uint8Array {
  return new Uint8Array(HEADER_LENGTH);
}

function encode(
  { address, prefixLength, interfaceIndex }: InterfaceAddress,
  scope: number,
  others: readonly (readonly [number, Uint8Array])[],
): Uint8Array {
  const bytes = encodeAddress(address);
  const attributes = encodeAttributes([[IFA_LOCAL, bytes], [IFA_ADDRESS, bytes], ...others]);
  const payload = new Uint8Array(HEADER_LENGTH + attributes.length);
  const view = viewOf(payload);
  view.setUint8(0, familyNumber(address));
  view.setUint8(1, prefixLength);
  view.setUint8(3, scope);
  view.setUint32(4, interfaceIndex, HOST_LITTLE_ENDIAN);
  payload.set(attributes, HEADER_LENGTH);
  return payload;
}

/** Whether the kernel does not answer for the address: it may be, or is, somebody else's. */
export function isOnProbation({ flags }: Pick<InterfaceAddress, 'flags'>): boolean {
  if (flags & IFA_F_DADFAILED) return true;
  return (flags & IFA_F_TENTATIVE) !== 0 && (flags & IFA_F_OPTIMISTIC) === 0;
}

/** Reads the payload of RTM_NEWADDR or RTM_DELADDR; undefined when it is malformed or of a family that is not IP. */
export function decodeInterfaceAddress(payload: Uint8Array): InterfaceAddress | undefined {
  if (payload.length < HEADER_LENGTH) return undefined;
  const view = viewOf(payload);
  const family = view.getUint8(0);
  const prefixLength = view.getUint8(1);
  const attributes = decodeAttributes(payload.subarray(HEADER_LENGTH));
  // On a point-to-point link IFA_ADDRESS is the peer's address and IFA_LOCAL one's own; IPv6 else omits IFA_LOCAL.
  const address = decodeAddress(family, attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS));
  if (address === undefined || prefixLength > bitsOf(address.family)) return undefined;
  return {
    interfaceIndex: view.getUint32(4, HOST_LITTLE_ENDIAN),
    address,
    prefixLength,
    // The header has room for the first eight flags only.
    flags: readU32(attributes.get(IFA_FLAGS)) ?? view.getUint8(2),
  };
}

import type { Address } from '../../ip/address.ts';
import { bitsOf } from '../../ip/family.ts';
import { encodeAddress, familyNumber } from './address-bytes.ts';
import { encodeAttributes } from './attribute.ts';

/** RTN_LOCAL of rtnetlink(7): the packet is for this host. */
const RTN_LOCAL = 2;
const RTA_DST = 1;
/** struct rtmsg: u8 family, destination length, source length, tos, table, protocol, scope, type; u32 flags. */
const HEADER_LENGTH = 12;
const TYPE = 7;

/** The payload that asks, in an RTM_GETROUTE that is no dump, where a packet to the address would go. */
export function encodeRouteLookup(address: Address): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  header[0] = familyNumber(address);
  header[1] = bitsOf(address.family);
  return Buffer.concat([header, encodeAttributes([[RTA_DST, encodeAddress(address)]])]);
}

/** Whether the route in the payload of an RTM_NEWROUTE ends at this host. */
export function isLocalRoute(payload: Uint8Array): boolean {
  return payload.length >= HEADER_LENGTH && payload[TYPE] === RTN_LOCAL;
}

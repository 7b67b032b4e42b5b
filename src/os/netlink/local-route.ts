import type { Address } from '../../ip/address.ts';
import { bitsOf } from '../../ip/family.ts';
import { encodeAddress, familyNumber } from './address-bytes.ts';
import { encodeAttributes, u32 } from './attribute.ts';

/** RT_TABLE_LOCAL of rtnetlink(7): what is looked at first. */
const TABLE_LOCAL = 255;
/** RTPROT_STATIC: an administrator's, which routing daemons leave alone. */
const RTPROT_STATIC = 4;
/** RTN_LOCAL: the packet is for this host. */
const RTN_LOCAL = 2;
/**
 * Behind the route that the kernel makes with an address (metric 0). Of two with the same metric the second changes the
 * lifetime of the first and is dropped, so that neither would go with the address.
 */
const METRIC = 0xffff_fffe;

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_PRIORITY = 6;
const RTA_EXPIRES = 23;

/** struct rtmsg: u8 family, destination length, source length, tos, table, protocol, scope, type; u32 flags. */
const HEADER_LENGTH = 12;

/** A route by which this host takes packets to an IPv6 address. */
export interface LocalRoute {
  readonly address: Address;
  readonly interfaceIndex: number;
}

/**
 * The payload of RTM_NEWROUTE for a route that counts for so many whole seconds, from 1 up. The kernel clears it away up
 * to half a minute later (sysctl net.ipv6.route.gc_interval).
 */
export function encodeNewLocalRoute(route: LocalRoute, seconds: number): Uint8Array {
  return encode(route, [[RTA_EXPIRES, u32(seconds)]]);
}

/** The payload of RTM_DELROUTE for what {@link encodeNewLocalRoute} made, and for no other route. */
export function encodeDeleteLocalRoute(route: LocalRoute): Uint8Array {
  return encode(route, []);
}

function encode(
  { address, interfaceIndex }: LocalRoute,
  others: readonly (readonly [number, Uint8Array])[],
): Uint8Array {
  const attributes = encodeAttributes([
    [RTA_DST, encodeAddress(address)],
    [RTA_OIF, u32(interfaceIndex)],
    [RTA_PRIORITY, u32(METRIC)],
    ...others,
  ]);
  const payload = new Uint8Array(HEADER_LENGTH + attributes.length);
  payload[0] = familyNumber(address);
  payload[1] = bitsOf(address.family);
  payload[4] = TABLE_LOCAL;
  payload[5] = RTPROT_STATIC;
  payload[7] = RTN_LOCAL;
  payload.set(attributes, HEADER_LENGTH);
  return payload;
}

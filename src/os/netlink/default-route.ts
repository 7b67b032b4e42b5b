import type { Address } from '../../ip/address.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { AF_UNSPEC, decodeAddress } from './address-bytes.ts';
import { type Attributes, decodeAttributes, readU32 } from './attribute.ts';
import { align } from './message.ts';

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

/** A router that an interface has a default route through. */
export interface Gateway {
  readonly interfaceIndex: number;
  readonly address: Address;
}

/** RTN_UNICAST of rtnetlink(7): a route to somewhere, not a local address, a broadcast or a refusal. */
const RTN_UNICAST = 1;

const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_MULTIPATH = 9;
const RTA_VIA = 18;

/** struct rtmsg: u8 family, destination length, source length, tos, table, protocol, scope, type; u32 flags. */
const HEADER_LENGTH = 12;
/** struct rtnexthop: u16 length with header and attributes, u8 flags, u8 weight, i32 interface index. */
const NEXT_HOP_LENGTH = 8;

/** The payload that asks, in an RTM_GETROUTE dump, for all routes of all families. */
export function encodeRouteRequest(): Uint8Array {
  const payload = new Uint8Array(HEADER_LENGTH);
  payload[0] = AF_UNSPEC;
  return payload;
}

/**
 * The gateways of a default route, in the payload of RTM_NEWROUTE or RTM_DELROUTE, whatever its table; undefined when
 * it is malformed or not a default route. Empty for one without gateway, such as over a point-to-point link.
 */
export function decodeDefaultRoute(payload: Uint8Array): readonly Gateway[] | undefined {
  if (payload.length < HEADER_LENGTH) return undefined;
  const [family, destinationLength, type] = [payload[0], payload[1], payload[7]];
  if (family === undefined || destinationLength !== 0 || type !== RTN_UNICAST) return undefined;
  const attributes = decodeAttributes(payload.subarray(HEADER_LENGTH));
  const paths = attributes.get(RTA_MULTIPATH);
  if (paths !== undefined) return decodeNextHops(family, paths);
  return gatewayOf(family, readU32(attributes.get(RTA_OIF)), attributes);
}

function decodeNextHops(family: number, bytes: Uint8Array): readonly Gateway[] {
  const view = viewOf(bytes);
  const gateways: Gateway[] = [];
  let offset = 0;
  while (offset + NEXT_HOP_LENGTH <= bytes.length) {
    const length = view.getUint16(offset, HOST_LITTLE_ENDIAN);
    if (length < NEXT_HOP_LENGTH || length > bytes.length - offset) break;
    const attributes = decodeAttributes(bytes.subarray(offset + NEXT_HOP_LENGTH, offset + length));
    gateways.push(...gatewayOf(family, view.getInt32(offset + 4, HOST_LITTLE_ENDIAN), attributes));
    offset += align(length);
  }
  return gateways;
}

function gatewayOf(family: number, interfaceIndex: number | undefined, attributes: Attributes): readonly Gateway[] {
  const address = decodeAddress(family, attributes.get(RTA_GATEWAY)) ?? decodeVia(attributes.get(RTA_VIA));
  return interfaceIndex === undefined || address === undefined ? [] : [{ interfaceIndex, address }];
}

/** struct rtvia, a gateway of another family than the route (RFC 8950): u16 family, then the address. */
function decodeVia(bytes: Uint8Array | undefined): Address | undefined {
  if (bytes === undefined || bytes.length < 2) return undefined;
  return decodeAddress(viewOf(bytes).getUint16(0, HOST_LITTLE_ENDIAN), bytes.subarray(2));
}

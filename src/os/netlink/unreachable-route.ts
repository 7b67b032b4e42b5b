import type { IPFamily } from '../../ip/family.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { decodeAddress, encodeAddress, familyNumber } from './address-bytes.ts';
import { decodeAttributes, encodeAttributes, readU32, u32 } from './attribute.ts';

const AF = { IPv4: 2, IPv6: 10 } as const;
/** RTN_UNREACHABLE of rtnetlink(7): what is sent there is answered by an ICMP error. */
const RTN_UNREACHABLE = 7;
/** RTPROT_STATIC: an administrator's, which routing daemons leave alone. */
const RTPROT_STATIC = 4;
const RTA_DST = 1;
const RTA_TABLE = 15;

/** struct rtmsg: u8 family, destination length, source length, tos, table, protocol, scope, type; u32 flags. */
const HEADER_LENGTH = 12;

/** The payload of RTM_NEWROUTE and RTM_DELROUTE: nothing within the prefix can be reached by this table. */
export function encodeUnreachableRoute({ address, length }: Prefix, table: number): Uint8Array {
  const attributes = encodeAttributes([
    [RTA_DST, encodeAddress(address)],
    [RTA_TABLE, u32(table)],
  ]);
  const payload = new Uint8Array(HEADER_LENGTH + attributes.length);
  payload[0] = familyNumber(address);
  payload[1] = length;
  payload[5] = RTPROT_STATIC;
  payload[7] = RTN_UNREACHABLE;
  payload.set(attributes, HEADER_LENGTH);
  return payload;
}

/** The payload that asks, in an RTM_GETROUTE dump, for all routes of a family. */
export function encodeFamilyRouteRequest(family: IPFamily): Uint8Array {
  const payload = new Uint8Array(HEADER_LENGTH);
  payload[0] = AF[family];
  return payload;
}

/** The prefix of an unreachable route of this table, in the payload of RTM_NEWROUTE; undefined for any other route. */
export function decodeUnreachableRoute(payload: Uint8Array, table: number): Prefix | undefined {
  if (payload.length < HEADER_LENGTH || payload[7] !== RTN_UNREACHABLE) return undefined;
  const [family = 0, length = 0] = payload;
  const attributes = decodeAttributes(payload.subarray(HEADER_LENGTH));
  if ((readU32(attributes.get(RTA_TABLE)) ?? payload[4]) !== table) return undefined;
  const address = decodeAddress(family, attributes.get(RTA_DST));
  return address && { address, length };
}

import { bitsOf, type IPFamily } from '../../../ip/family.ts';
import { HEADER_LENGTH } from '../message/header.ts';
import { NO_OCTETS } from '../message/octets.ts';
import { encodeNextHop, plainNextHop, type RibSession } from './rib-session.ts';
import type { AttributeGroup } from './route.ts';
import { encodeRouteAttributes } from './route-attributes.ts';

/** What all UPDATEs of one family and group have in common, in one session. */
export interface EncodedGroup {
  readonly family: IPFamily;
  /** The fields of RFC 4271, not those of RFC 4760. */
  readonly plain: boolean;
  /** For MP_REACH_NLRI. */
  readonly nextHop: Uint8Array;
  /** Path Attributes without MP_REACH_NLRI; none for withdrawals. */
  readonly attributes: Uint8Array;
  /** At least one route fits a message beside them. */
  readonly fits: boolean;
}

/** Octets of an UPDATE beside attributes and NLRI: its two lengths, and all of MP_REACH_NLRI but next hop and NLRI. */
const LENGTHS = 4;
const MP_REACH = 9;

/** Encodes a group for the session; without a group, what withdrawals of the family need. */
export function encodeGroup(family: IPFamily, group: AttributeGroup | undefined, session: RibSession): EncodedGroup {
  const nextHop = session.nextHops.get(family) ?? [];
  const plain = plainNextHop(family, nextHop);
  const encoded = {
    family,
    plain: plain !== undefined,
    nextHop: plain === undefined ? encodeNextHop(nextHop) : NO_OCTETS,
    attributes: group === undefined ? NO_OCTETS : encodeRouteAttributes(group.attributes, session, plain),
  };
  const beside = HEADER_LENGTH + LENGTHS + (encoded.plain ? 0 : MP_REACH + encoded.nextHop.byteLength);
  const longestNlri = 1 + bitsOf(family) / 8;
  const fits = beside + encoded.attributes.byteLength + longestNlri <= session.maxMessageLength;
  return { ...encoded, fits };
}

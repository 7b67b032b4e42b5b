import { familyOf } from './address-family.ts';
import { countNlri } from './nlri.ts';
import { uint8At, uint16At } from './octets.ts';
import type { PathAttribute } from './path-attribute.ts';
import type { UpdateContext } from './update.ts';

/** Octets before the next hop of MP_REACH_NLRI: AFI, SAFI, length of the next hop. */
const BEFORE_NEXT_HOP = 4;
const BEFORE_WITHDRAWN = 3;

/**
 * Reads the value of MP_REACH_NLRI, at least 5 octets. Undefined where it is incorrect (RFC 7606 sections 5.3 and 7.11).
 * Of a family that was not negotiated, what follows the next hop is not judged.
 */
export function decodeReachable(value: Uint8Array, context: UpdateContext): PathAttribute | undefined {
  const afi = uint16At(value, 0);
  const safi = uint8At(value, 2);
  const nextHopLength = uint8At(value, 3);
  // One reserved octet follows the next hop.
  const nlriStart = BEFORE_NEXT_HOP + nextHopLength + 1;
  if (nlriStart > value.byteLength) return undefined;
  const nextHop = value.slice(BEFORE_NEXT_HOP, nlriStart - 1);
  const nlri = value.slice(nlriStart);
  const family = negotiatedFamily(afi, safi, context);
  if (family !== undefined) {
    const lengths = family === 'IPv6' ? [16, 32] : context.extendedNextHop ? [4, 16, 32] : [4];
    if (!lengths.includes(nextHopLength) || countNlri(nlri, family) === undefined) return undefined;
  }
  return { name: 'MP_REACH_NLRI', afi, safi, nextHop, nlri };
}

/** Reads the value of MP_UNREACH_NLRI, at least 3 octets. Undefined where it is incorrect (RFC 7606 section 5.3). */
export function decodeUnreachable(value: Uint8Array, context: UpdateContext): PathAttribute | undefined {
  const afi = uint16At(value, 0);
  const safi = uint8At(value, 2);
  const nlri = value.slice(BEFORE_WITHDRAWN);
  const family = negotiatedFamily(afi, safi, context);
  if (family !== undefined && countNlri(nlri, family) === undefined) return undefined;
  return { name: 'MP_UNREACH_NLRI', afi, safi, nlri };
}

function negotiatedFamily(afi: number, safi: number, { families }: UpdateContext) {
  const family = familyOf({ afi, safi });
  return family !== undefined && families.includes(family) ? family : undefined;
}

import type { IPFamily } from '../../../ip/family.ts';

/** Address Family Identifier and Subsequent Address Family Identifier (RFC 4760 section 3), as on the wire. */
export interface AddressFamily {
  /** IANA "Address Family Numbers": 1 is IPv4, 2 is IPv6. */
  readonly afi: number;
  /** IANA "SAFI Values": 1 is unicast. */
  readonly safi: number;
}

const UNICAST = 1;

/** AFI of an IP family. */
export const AFI: Readonly<Record<IPFamily, number>> = { IPv4: 1, IPv6: 2 };

/** Unicast forwarding for the family: the only SAFI that we advertise. */
export function unicast(family: IPFamily): AddressFamily {
  return { afi: AFI[family], safi: UNICAST };
}

/** The IP family whose unicast routes the pair stands for; undefined for every other pair. */
export function familyOf({ afi, safi }: AddressFamily): IPFamily | undefined {
  if (safi !== UNICAST) return undefined;
  if (afi === AFI.IPv4) return 'IPv4';
  return afi === AFI.IPv6 ? 'IPv6' : undefined;
}

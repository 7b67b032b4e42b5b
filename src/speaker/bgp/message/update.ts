import type { IPFamily } from '../../../ip/family.ts';
import { familyOf } from './address-family.ts';
import type { PathAttribute } from './path-attribute.ts';

/** UPDATE (RFC 4271 section 4.3). The fields of NLRI stay as on the wire: who only counts them needs no list. */
export interface UpdateMessage {
  readonly type: 'UPDATE';
  /** IPv4 prefixes. */
  readonly withdrawn: Uint8Array;
  readonly attributes: readonly PathAttribute[];
  /** IPv4 prefixes. */
  readonly nlri: Uint8Array;
}

/** What both sides' OPENs settled about UPDATEs. */
export interface UpdateContext {
  /** Both offered 4-octet AS numbers (RFC 6793 section 4.1). */
  readonly fourOctetAs: boolean;
  /** The peer is in our own AS. */
  readonly internal: boolean;
  /** Families that both offered. */
  readonly families: readonly IPFamily[];
  /** IPv4 NLRI may come with an IPv6 next hop (RFC 8950). */
  readonly extendedNextHop: boolean;
}

/** The family whose End-of-RIB marker this is (RFC 4724 section 2), or undefined. */
export function endOfRibFamily({ withdrawn, attributes, nlri }: UpdateMessage): IPFamily | undefined {
  if (withdrawn.byteLength > 0 || nlri.byteLength > 0) return undefined;
  const [first, second] = attributes;
  if (first === undefined) return 'IPv4';
  if (second !== undefined || first.name !== 'MP_UNREACH_NLRI' || first.nlri.byteLength > 0) return undefined;
  return familyOf(first);
}

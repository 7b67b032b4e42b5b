import type { AddressFamily } from './address-family.ts';
import type { AsPathSegment } from './as-path.ts';

/**
 * A path attribute of an UPDATE. Those that we send are understood; all others are checked where an RFC says how
 * (RFC 7606 section 7) and kept as they came.
 */
export type PathAttribute =
  | { readonly name: 'ORIGIN'; readonly origin: Origin }
  | { readonly name: 'AS_PATH'; readonly segments: readonly AsPathSegment[] }
  /** An IPv4 address as an unsigned integer. */
  | { readonly name: 'NEXT_HOP'; readonly address: number }
  | { readonly name: 'MULTI_EXIT_DISC'; readonly metric: number }
  | { readonly name: 'LOCAL_PREF'; readonly preference: number }
  /** RFC 1997; each 32 bits. */
  | { readonly name: 'COMMUNITIES'; readonly communities: readonly number[] }
  | { readonly name: 'LARGE_COMMUNITY'; readonly communities: readonly LargeCommunity[] }
  | MultiprotocolReachable
  | ({ readonly name: 'MP_UNREACH_NLRI'; readonly nlri: Uint8Array } & AddressFamily)
  | RawAttribute;

/** RFC 4760 section 3. Next hop and NLRI as on the wire. */
export interface MultiprotocolReachable extends AddressFamily {
  readonly name: 'MP_REACH_NLRI';
  /** 4 octets, 16, or 32 where a link-local address follows the global one (RFC 2545 section 3). */
  readonly nextHop: Uint8Array;
  readonly nlri: Uint8Array;
}

/** An attribute whose value was left uninterpreted. */
export interface RawAttribute {
  readonly name: 'raw';
  readonly flags: number;
  readonly code: number;
  readonly value: Uint8Array;
}

/** RFC 4271 section 4.3 a. */
export type Origin = 'IGP' | 'EGP' | 'INCOMPLETE';
/** The origins by their values. */
export const ORIGINS: readonly Origin[] = ['IGP', 'EGP', 'INCOMPLETE'];

/** Global Administrator, Local Data Part 1, Local Data Part 2; 32 bits each (RFC 8092 section 3). */
export type LargeCommunity = readonly [number, number, number];

/** IANA "BGP Path Attributes", as far as RFC 7606 says how to treat them. */
export const ATTRIBUTE = {
  ORIGIN: 1,
  AS_PATH: 2,
  NEXT_HOP: 3,
  MULTI_EXIT_DISC: 4,
  LOCAL_PREF: 5,
  ATOMIC_AGGREGATE: 6,
  AGGREGATOR: 7,
  COMMUNITIES: 8,
  ORIGINATOR_ID: 9,
  CLUSTER_LIST: 10,
  MP_REACH_NLRI: 14,
  MP_UNREACH_NLRI: 15,
  EXTENDED_COMMUNITIES: 16,
  AS4_PATH: 17,
  AS4_AGGREGATOR: 18,
  IPV6_EXTENDED_COMMUNITIES: 25,
  LARGE_COMMUNITY: 32,
} as const;

/** Attribute Flags (RFC 4271 section 4.3). */
export const FLAG = { optional: 0x80, transitive: 0x40, partial: 0x20, extendedLength: 0x10 } as const;
/** The flags of a well-known attribute. */
export const WELL_KNOWN = FLAG.transitive;
/** The flags of an optional transitive attribute. */
export const OPTIONAL_TRANSITIVE = FLAG.optional | FLAG.transitive;
/** The flags of an optional non-transitive attribute. */
export const OPTIONAL_NON_TRANSITIVE = FLAG.optional;

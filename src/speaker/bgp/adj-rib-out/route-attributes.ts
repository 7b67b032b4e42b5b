import { encodeAttributes } from '../message/attribute-encoding.ts';
import type { LargeCommunity, PathAttribute } from '../message/path-attribute.ts';
import type { RibSession } from './rib-session.ts';

/** What is wanted to be said of a route, whatever the session. Absent members are not sent. */
export interface RouteAttributes {
  /** MULTI_EXIT_DISC, unsigned 32 bits. */
  readonly multiExitDisc?: number | undefined;
  /** LOCAL_PREF, unsigned 32 bits; 100 when absent. Goes to internal peers only (RFC 4271 section 5.1.5). */
  readonly localPref?: number | undefined;
  /** How many times more our AS number stands in the AS_PATH; to external peers only. */
  readonly prepend?: number | undefined;
  /** Unsigned 32 bits each, in any order. */
  readonly communities?: readonly number[] | undefined;
  /** In any order. */
  readonly largeCommunities?: readonly LargeCommunity[] | undefined;
}

const DEFAULT_LOCAL_PREF = 100;

/** Equal for attributes that say the same, in whatever order they list their communities. */
export function attributesKey(of: RouteAttributes): string {
  const communities = [...new Set(of.communities)].sort((a, b) => a - b);
  return JSON.stringify([
    of.multiExitDisc ?? null,
    of.localPref ?? DEFAULT_LOCAL_PREF,
    of.prepend ?? 0,
    communities,
    uniqueLarge(of.largeCommunities ?? []),
  ]);
}

/**
 * The path attributes as octets, in ascending order of their codes, without MP_REACH_NLRI.
 *
 * @param nextHop goes into NEXT_HOP; undefined where MP_REACH_NLRI has it (RFC 4760 section 3)
 */
export function encodeRouteAttributes(
  of: RouteAttributes,
  { localAs, internal, fourOctetAs }: RibSession,
  nextHop: number | undefined,
): Uint8Array {
  const attributes: PathAttribute[] = [{ name: 'ORIGIN', origin: 'IGP' }];
  const asNumbers = internal ? [] : new Array<number>(1 + (of.prepend ?? 0)).fill(localAs);
  attributes.push({ name: 'AS_PATH', segments: internal ? [] : [{ type: 'AS_SEQUENCE', asNumbers }] });
  if (nextHop !== undefined) attributes.push({ name: 'NEXT_HOP', address: nextHop });
  if (of.multiExitDisc !== undefined) attributes.push({ name: 'MULTI_EXIT_DISC', metric: of.multiExitDisc });
  if (internal) attributes.push({ name: 'LOCAL_PREF', preference: of.localPref ?? DEFAULT_LOCAL_PREF });
  const communities = [...new Set(of.communities)].sort((a, b) => a - b);
  if (communities.length > 0) attributes.push({ name: 'COMMUNITIES', communities });
  // RFC 8092 section 3: duplicates must not be transmitted.
  const large = uniqueLarge(of.largeCommunities ?? []);
  if (large.length > 0) attributes.push({ name: 'LARGE_COMMUNITY', communities: large });
  return encodeAttributes(attributes, fourOctetAs);
}

function uniqueLarge(communities: readonly LargeCommunity[]): readonly LargeCommunity[] {
  const unique = new Map(communities.map((community) => [community.join(':'), community]));
  return [...unique.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
}

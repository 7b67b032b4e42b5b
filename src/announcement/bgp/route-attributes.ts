import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import { parseCommunity } from '../../api/fields/community-value.ts';
import type { CommunityNames } from './community-names.ts';

/** What is said of a route: what `RouteAttributes` of the Adj-RIB-Out takes. */
export interface AdvertisedAttributes {
  readonly multiExitDisc?: number | undefined;
  readonly localPref?: number | undefined;
  readonly prepend?: number | undefined;
  /** In ascending order, each once. */
  readonly communities: readonly number[];
  /** In ascending order, each once. */
  readonly largeCommunities: readonly (readonly [number, number, number])[];
}

/** GRACEFUL_SHUTDOWN (RFC 8326 section 4): "prefer any other way, this one is about to go". */
export const GRACEFUL_SHUTDOWN = 0xffff0000;

/** The attributes that two advertisements of the same routes can disagree about. */
export const SINGLE_ATTRIBUTES = ['localPref', 'multiExitDisc', 'asPathPrepend'] as const;

/**
 * The attributes of a route that these advertisements ask for, the oldest first. Communities add up. Of the others, what
 * the oldest advertisement says that says anything counts.
 */
export function mergeAttributes(
  advertisements: readonly BGPAdvertisement[],
  names: CommunityNames,
  extra: readonly number[] = [],
): AdvertisedAttributes {
  const standard = new Set<number>(extra);
  const large = new Map<string, readonly [number, number, number]>();
  for (const text of advertisements.flatMap(({ spec }) => spec.communities ?? [])) {
    const community = parseCommunity(text) ?? names.valueOf(text);
    if (community?.type === 'standard') standard.add(community.value);
    if (community?.type === 'large') large.set(community.value.join(':'), community.value);
  }
  const said = (name: (typeof SINGLE_ATTRIBUTES)[number]) =>
    advertisements.find(({ spec }) => spec[name] !== undefined)?.spec[name];
  return {
    localPref: said('localPref'),
    multiExitDisc: said('multiExitDisc'),
    prepend: said('asPathPrepend'),
    communities: [...standard].sort((a, b) => a - b),
    largeCommunities: [...large.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]),
  };
}

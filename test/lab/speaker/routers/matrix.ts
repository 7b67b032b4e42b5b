/** Makes of router, as the matrix has its columns. */
export const ROUTERS = ['BIRD', 'FRR', 'GoBGP', 'OpenBGPD', 'ExaBGP'] as const;
export type RouterName = (typeof ROUTERS)[number];

/** One row of the matrix. */
export interface Feature {
  readonly name: string;
  /** What the router shows when it works. */
  readonly shows: string;
  /** Which routers it is not tested with, and why: what they lack, or what the test cannot see. */
  readonly gaps?: Readonly<Partial<Record<RouterName, string>>>;
}

const NO_BFD = 'has no BFD';
const NO_RA = 'it takes a neighbour by its interface, and sends no router advertisements that could tell who it is';
const NO_INTERFACE = 'it knows no neighbours by interface';

/** What sessions with routers are tested for. `docs/reference/bgp-interop.md` is made of this, and so are the tests. */
export const FEATURES = {
  ipv4: { name: 'IPv4 routes', shows: 'the route, with our address as next hop' },
  ipv6: { name: 'IPv6 routes over IPv6', shows: 'the route, with our global address among its next hops' },
  bothFamilies: { name: 'both families over one session', shows: 'a route of each family, with a next hop of its own' },
  extendedNextHop: {
    name: 'IPv4 routes over IPv6 (RFC 8950)',
    shows: 'an IPv4 route with an IPv6 next hop',
    gaps: { OpenBGPD: 'version 7.7 lacks it' },
  },
  md5IPv4: { name: 'TCP MD5 over IPv4 (RFC 2385)', shows: 'the route' },
  md5IPv6: { name: 'TCP MD5 over IPv6', shows: 'the route' },
  ttlSecurity: {
    name: 'GTSM (RFC 5082)',
    shows: 'the route, while both sides insist on a TTL of 255, and none once ours sends with a lower one',
    gaps: { ExaBGP: 'told to insist on a TTL of 255, it takes our connection with a lower one all the same' },
  },
  ttlSecurityAlone: {
    name: 'GTSM on our side alone',
    shows: 'no route over IPv6, while the router sends with a lower hop limit than our side takes',
  },
  bfd: {
    name: 'BFD (RFC 5880), 100 ms x 3',
    shows: 'its BFD session up, and the route gone within 2 s when the speaker is frozen',
    gaps: { GoBGP: NO_BFD, OpenBGPD: NO_BFD, ExaBGP: NO_BFD },
  },
  fast: { name: 'restart, fast', shows: 'no route as soon as the speaker stops' },
  graceful: {
    name: 'graceful restart (RFC 4724)',
    shows:
      'routes of both families, by its own word kept as stale while the speaker is away, though BFD guards them where it has BFD, and stale no longer when it is back; one that the speaker no longer has is gone then',
    gaps: { ExaBGP: 'it keeps no table' },
  },
  gracefulPeer: {
    name: 'graceful restart, the router restarts',
    shows: 'routes of both families again, after it was killed and started',
    gaps: { ExaBGP: 'it keeps no table' },
  },
  gracefulShutdown: {
    name: 'graceful shutdown (RFC 8326)',
    shows: 'the route with 65535:0 before it goes, as the last choice where the router has a policy',
  },
  internalShutdown: {
    name: 'graceful shutdown of iBGP',
    shows:
      'the route with 65535:0 and the lowest LOCAL_PREF before it goes; ExaBGP, which has no policy, the 0 that we sent',
  },
  largeCommunities: { name: 'communities, large ones too (RFC 8092)', shows: 'both' },
  fourOctetAs: { name: '4-octet AS numbers (RFC 6793)', shows: '4200000001 as the AS path' },
  internal: {
    name: 'iBGP',
    shows: 'the local preference that was asked for, and an empty AS path; its BFD session up where it has BFD',
  },
  multihop: { name: 'eBGP multihop', shows: 'the route, over a session with an address two hops away' },
  bfdMultihop: {
    name: 'BFD over several hops (RFC 5883)',
    shows: 'the same, with a minimumTtl of 60, as BIRD sends a TTL of 64',
    gaps: { GoBGP: NO_BFD, OpenBGPD: NO_BFD, ExaBGP: NO_BFD },
  },
  linkLocal: {
    name: 'link-local peers',
    shows: 'an IPv4 and an IPv6 route over one session between link-local addresses',
    gaps: {
      OpenBGPD: 'version 7.7 lacks RFC 8950',
      ExaBGP: 'where this was tried, it listened on no link-local address',
    },
  },
  unnumbered: {
    name: 'unnumbered peers (router advertisements)',
    shows:
      'an IPv4 and an IPv6 route from a neighbour that both sides know by the interface alone; FRR: the IPv4 route in its kernel, with an IPv6 link-local next hop',
    gaps: {
      GoBGP: NO_RA,
      OpenBGPD: NO_INTERFACE,
      ExaBGP: NO_INTERFACE,
    },
  },
  unnumberedBfd: {
    name: 'BFD between unnumbered peers',
    shows: 'its BFD session up, and the route gone within 2 s when the speaker is frozen',
    gaps: { GoBGP: NO_BFD, OpenBGPD: NO_BFD, ExaBGP: NO_BFD },
  },
  unnumberedMd5: {
    name: 'TCP MD5 between unnumbered peers',
    shows: 'the route, and none while our side has another password',
    gaps: { GoBGP: NO_RA, OpenBGPD: NO_INTERFACE, ExaBGP: NO_INTERFACE },
  },
  dynamicAs: { name: 'any external AS (dynamicASN)', shows: 'the route, though our side names no AS' },
  refresh: {
    name: 'route refresh (RFC 2918)',
    shows: 'by its own count UPDATEs of both families again after it asked for all, and all routes still there',
    gaps: {
      GoBGP: 'it asks for nothing: it keeps what it was told, and applies its policy to that',
      ExaBGP: 'it takes commands from a program of its own alone, which this lab does not have',
    },
  },
  collision: {
    name: 'connection collision',
    shows: 'one connection and the route, after it had connected while our own attempt was due',
  },
  holdTime: {
    name: 'hold time',
    shows: 'no route when the speaker was silent for 3 s, and the route when it is back',
    gaps: { OpenBGPD: 'it waits 30 s after a session that failed, for which the lab has no time' },
  },
  peerRestart: { name: 'restart of the router', shows: 'the route again, after it was killed and started' },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof FEATURES;

/** Which of them are configured by hand, and why; the others load what `berth router-config` prints. */
export const BY_HAND: Readonly<Partial<Record<RouterName, string>>> = {
  ExaBGP: '`berth router-config` writes for routers, and it is none',
};

/** Why a router is not tested for a feature; undefined where it is. */
export function gapOf(feature: FeatureName, router: RouterName): string | undefined {
  const { gaps }: Feature = FEATURES[feature];
  return gaps?.[router];
}

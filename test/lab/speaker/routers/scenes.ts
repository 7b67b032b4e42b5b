import type { AssignedPeer } from '../../../../src/speaker/wire/bgp-messages.ts';
import type { FeatureName } from './matrix.ts';
import type { SessionObjects } from './sides.ts';

/** One session, and what is looked at while it stands. */
export interface Scene extends SessionObjects {
  readonly name: string;
  /** In this order: each begins with what the one before left. */
  readonly features: readonly FeatureName[];
  /** The BGPPeer names the router by its link-local address. */
  readonly isLinkLocal?: boolean;
  /** What the node has first, against what its objects say. */
  readonly atFirst?: Partial<AssignedPeer>;
}

export const IPV4 = '198.51.100.1/32';
export const SECOND_IPV4 = '198.51.100.2/32';
export const IPV6 = '2001:db8:1::1/128';

const BOTH = { dualStackAddressFamily: true };
const OVER_IPV6 = { peerAddress: '2001:db8::1' };
const ANY_AS = { peerASN: undefined, dynamicASN: 'external' };
const BY_INTERFACE = { ...ANY_AS, peerAddress: undefined, interface: 'eth0' };
const BFD = { receiveInterval: 100, transmitInterval: 100, detectMultiplier: 3 };

export const SCENES: readonly Scene[] = [
  {
    name: 'both families over IPv4',
    features: [
      ...(['ipv4', 'bothFamilies', 'largeCommunities', 'dynamicAs', 'refresh', 'peerRestart', 'collision'] as const),
      'gracefulShutdown',
    ],
    peer: { ...BOTH, ...ANY_AS },
  },
  {
    name: 'IPv6 with a password',
    features: ['ipv6', 'md5IPv6', 'ttlSecurityAlone'],
    peer: { ...OVER_IPV6, password: 'hush' },
  },
  {
    name: 'IPv4 over IPv6',
    features: ['extendedNextHop'],
    peer: { ...OVER_IPV6, ...BOTH },
  },
  {
    name: 'IPv4 with a password and a short hold time',
    features: ['md5IPv4', 'holdTime', 'fast'],
    peer: { password: 'hush', holdTime: '3s' },
  },
  {
    name: 'TTL security and a long AS number',
    features: ['fourOctetAs', 'ttlSecurity'],
    peer: { ttlSecurityHops: 1, myASN: 4_200_000_001 },
  },
  {
    name: 'one AS',
    features: ['internal', 'internalShutdown'],
    peer: { myASN: 64_513, dynamicASN: 'internal', peerASN: undefined },
    bfd: BFD,
  },
  {
    name: 'BFD',
    features: ['bfd'],
    bfd: BFD,
  },
  {
    name: 'graceful restart',
    features: ['graceful', 'gracefulPeer'],
    peer: { ...BOTH, enableGracefulRestart: true, gracefulRestartTime: '60s' },
    bfd: BFD,
  },
  {
    name: 'a router behind the next hop',
    features: ['multihop', 'bfdMultihop'],
    peer: { peerAddress: '203.0.113.1', ebgpMultiHop: true },
    bfd: { ...BFD, minimumTtl: 60 },
  },
  {
    name: 'link-local addresses',
    features: ['linkLocal'],
    isLinkLocal: true,
  },
  {
    name: 'interfaces alone',
    features: ['unnumbered'],
    peer: BY_INTERFACE,
  },
  {
    name: 'interfaces alone, a password and BFD',
    features: ['unnumberedMd5', 'unnumberedBfd'],
    peer: { ...BY_INTERFACE, password: 'hush' },
    atFirst: { password: 'wrong' },
    bfd: BFD,
  },
];

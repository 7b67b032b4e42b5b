import type { RouterSide } from '../../src/router-config/router-side.ts';
import { advertisement, community, peer, pool, profile } from '../announcement/bgp/objects.ts';
import { node, router, speaker } from './objects.ts';

const POOL = pool('public', ['198.51.100.0/24', '203.0.113.10-203.0.113.12', '2001:db8:1::/64']);

/** Routers whose configurations are kept as golden files: together they have all that a configuration may say. */
export const CASES: Readonly<Record<string, () => RouterSide>> = {
  /** The least: two nodes, IPv4. */
  plain: () => router({ pools: [POOL] }),
  /** Everything that goes together over one hop. */
  full: () =>
    router({
      pools: [POOL],
      profiles: [profile('fast', { transmitInterval: 100, receiveInterval: 150, detectMultiplier: 4 })],
      communities: [community('names', { gold: '64500:120' })],
      advertisements: [
        advertisement('all', { communities: ['gold', 'large:64500:1:2'] }),
        advertisement('wide', { aggregationLength: 26, peers: ['tor'] }),
        advertisement('elsewhere', { aggregationLength: 25, peers: ['other'] }),
      ],
      peers: [
        peer('tor', {
          bfdProfile: 'fast',
          passwordSecret: { name: 'tor' },
          dualStackAddressFamily: true,
          enableGracefulRestart: true,
          holdTime: '30s',
          keepaliveTime: '5s',
        }),
      ],
    }),
  /** IPv4 routes with IPv6 next hops, a port of its own, and one session that never ends of silence. */
  ipv6: () =>
    router({
      pools: [POOL],
      peers: [
        peer('tor', { peerAddress: '2001:db8::1', dualStackAddressFamily: true, peerPort: 1179, holdTime: '0s' }),
      ],
    }),
  /** GTSM, and nodes of several AS numbers, one of them the router's. */
  gtsm: () =>
    router({
      pools: [POOL],
      nodes: [node('n1', [], { rack: 'a' }), node('n2', [], { rack: 'b' })],
      peers: [
        peer('tor', {
          ttlSecurityHops: 1,
          nodeOverrides: [{ nodeSelector: { matchLabels: { rack: 'b' } }, myASN: 64501 }],
        }),
      ],
    }),
  /** More than one hop away, and known by the Node alone. */
  multihop: () =>
    router({
      pools: [POOL],
      nodes: [node('n1', ['10.0.0.11']), node('n2', ['10.0.0.12'])],
      speakers: [],
      peers: [peer('tor', { ebgpMultiHop: true, peerASN: 4_200_000_001 })],
    }),
  /** A peer by link-local address: the router names its own interfaces. */
  link: () =>
    router({
      pools: [POOL],
      peers: [peer('tor', { peerAddress: 'fe80::1', interface: 'eth0' })],
      speakers: [speaker('n1', ['192.0.2.11/24', 'fe80::11/64'])],
    }),
  /** An unnumbered peer: both sides name their own interfaces. */
  unnumbered: () =>
    router(
      {
        pools: [POOL],
        peers: [peer('tor', { peerAddress: undefined, interface: 'eth0', peerASN: undefined, dynamicASN: 'external' })],
        speakers: [speaker('n1', ['192.0.2.11/24'])],
      },
      { asNumber: 64513 },
    ),
  /** No pool is advertised to it yet. */
  closed: () => router({ pools: [POOL], advertisements: [], peers: [peer('tor', { dualStackAddressFamily: true })] }),
};

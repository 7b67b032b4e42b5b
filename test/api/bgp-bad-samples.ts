import { bgpAdvertisement, community, peer, profile, selector, UNNUMBERED, value } from './bgp-samples.ts';
import type { BadSample, SampleObject } from './samples.ts';

const refused = (
  title: string,
  sample: SampleObject,
  field: string,
  message: string,
  server: BadSample['server'] = 'same words',
): BadSample => ({ title, object: sample, faults: [{ field, message }], server });

const UNICAST = 'is not the address of one machine: write an IPv4 or IPv6 address such as 192.0.2.1';
const HOLD = 'must be 0s or a duration of whole seconds from 3s to 65535s, such as 90s or 1h30m';
const SEND_HOLD = 'must be longer than the hold time (90s where none is set), or 0s for none';
const KEEPALIVE = 'must be shorter than holdTime, and 0s exactly where holdTime is 0s';
const MULTIHOP = 'is for external peers: take it out, as an internal peer may be any number of hops away';
const ONE_PASSWORD = 'must be the only one of password, passwordSecret and passwordFile: take the others out';
const ONE_AS = 'must be set where dynamicASN is not, and only there';
const VALUE =
  'is no community: write two numbers up to 65535 such as 64500:120, or three up to 4294967295 such as large:64500:1:20';
const REFERENCE =
  'is neither a community such as 64500:120 or large:64500:1:20 nor the name of one, of letters, digits, "-", "_" and "."';
const AGGREGATE = (bits: number) =>
  `must be ${bits} where there are serviceSelectors: a shorter prefix would cover Services that they do not select`;

export const BGP_BAD: readonly BadSample[] = [
  refused('no AS number of the peer', peer({ peerASN: undefined }), 'spec.peerASN', ONE_AS),
  refused('two of them', peer({ dynamicASN: 'external' }), 'spec.peerASN', ONE_AS),
  refused('AS 0', peer({ myASN: 0 }), 'spec.myASN', 'must be at least 1, not 0', 'own words'),
  refused(
    'an AS number of 33 bits',
    peer({ peerASN: 4294967296 }),
    'spec.peerASN',
    'must be at most 4294967295, not 4294967296',
    'own words',
  ),
  refused(
    'a peer that is nowhere',
    peer({ peerAddress: undefined }),
    'spec.peerAddress',
    'is required, or interface for a peer without an address of its own',
  ),
  refused(
    'a peer at two places',
    peer({ interface: 'eth0' }),
    'spec.interface',
    'goes with a peerAddress only where that is link-local (fe80::/10): take one of the two out',
  ),
  refused(
    'a link-local peer on no link',
    peer({ peerAddress: 'fe80::1' }),
    'spec.peerAddress',
    'is link-local: name the interface that the peer is on',
  ),
  refused(
    'a link-local peer of some nodes on no link',
    peer({ nodeOverrides: [{ nodeSelector: {}, peerAddress: 'febf::1' }] }),
    'spec.nodeOverrides[0].peerAddress',
    'is link-local: name the interface that the peer is on',
  ),
  ...['0.0.0.0', '255.255.255.255', '224.0.0.5', '::', 'ff02::5', 'tor-a', '192.0.2.1/32', 'fe80::1%eth0'].map((text) =>
    refused(`the peer address ${text}`, peer({ peerAddress: text }), 'spec.peerAddress', `"${text}" ${UNICAST}`),
  ),
  refused(
    'a source address of the other family',
    peer({ sourceAddress: '2001:db8::2' }),
    'spec.sourceAddress',
    'must be of the family of peerAddress, and goes with no interface',
  ),
  ...['0.0.0.0', '2001:db8::1', '1'].map((text) =>
    refused(
      `the router ID ${text}`,
      peer({ routerID: text }),
      'spec.routerID',
      `"${text}" is no BGP Identifier: write it as an IPv4 address other than 0.0.0.0`,
    ),
  ),
  ...['1s', '2s', '65536s', '3500ms', '90', ''].map((holdTime) =>
    refused(`the hold time ${holdTime}`, peer({ holdTime }), 'spec.holdTime', HOLD),
  ),
  refused(
    'keepalives as long as the hold time',
    peer({ holdTime: '9s', keepaliveTime: '9s' }),
    'spec.keepaliveTime',
    KEEPALIVE,
  ),
  refused(
    'no keepalives and a hold time',
    peer({ holdTime: '9s', keepaliveTime: '0s' }),
    'spec.keepaliveTime',
    KEEPALIVE,
  ),
  refused(
    'keepalives and no hold time',
    peer({ holdTime: '0s', keepaliveTime: '9s' }),
    'spec.keepaliveTime',
    KEEPALIVE,
  ),
  refused(
    'a send hold time of the hold time',
    peer({ holdTime: '9s', sendHoldTime: '9s' }),
    'spec.sendHoldTime',
    SEND_HOLD,
  ),
  refused(
    'one below thrice the keepalives',
    peer({ keepaliveTime: '40s', sendHoldTime: '2m' }),
    'spec.sendHoldTime',
    SEND_HOLD,
  ),
  refused('two passwords', peer({ password: 'a', passwordFile: '/a' }), 'spec.password', ONE_PASSWORD),
  refused('two more', peer({ passwordFile: '/a', passwordSecret: { name: 'a' } }), 'spec.password', ONE_PASSWORD),
  refused(
    'a Secret of another namespace',
    peer({ passwordSecret: { name: 'a', namespace: 'default' } }),
    'spec.passwordSecret.namespace',
    'must be "berth-system", not "default"',
    'own words',
  ),
  refused('multihop to our AS', peer({ peerASN: 64500, ebgpMultiHop: true }), 'spec.ebgpMultiHop', MULTIHOP),
  refused(
    'multihop to any peer of our AS',
    peer({ peerASN: undefined, dynamicASN: 'internal', ebgpMultiHop: true }),
    'spec.ebgpMultiHop',
    MULTIHOP,
  ),
  refused(
    'multihop to an unnumbered peer',
    peer({ peerAddress: undefined, ...UNNUMBERED, ebgpMultiHop: true }),
    'spec.ebgpMultiHop',
    'goes with no interface: a peer that is named by its interface is one hop away',
  ),
  refused(
    'multihop with TTL security',
    peer({ ebgpMultiHop: true, ttlSecurityHops: 2 }),
    'spec.ttlSecurityHops',
    'goes without ebgpMultiHop: it says itself how many hops away the peer may be',
  ),
  refused(
    'disableMP',
    peer({ disableMP: true }),
    'spec.disableMP',
    'cannot be true: a session carries the family of its addresses alone unless dualStackAddressFamily is set',
  ),
  refused(
    'an aggregate of some Services',
    bgpAdvertisement({ serviceSelectors: [selector], aggregationLength: 24 }),
    'spec.aggregationLength',
    AGGREGATE(32),
  ),
  refused(
    'an IPv6 aggregate of some Services',
    bgpAdvertisement({ serviceSelectors: [selector], aggregationLengthV6: 64 }),
    'spec.aggregationLengthV6',
    AGGREGATE(128),
  ),
  ...['64500:65536', 'large:1:2:4294967296', 'large:1:2', '1:2:3', '-x', 'a b'].map((text) =>
    refused(
      `the community ${text}`,
      bgpAdvertisement({ communities: [text] }),
      'spec.communities[0]',
      `"${text}" ${REFERENCE}`,
    ),
  ),
  ...['64500', '65536:0', '01:2', '1:2 ', 'large:1:2:3:4', 'no-export'].map((text) =>
    refused(`the value ${text}`, value(text), 'spec.communities[0].value', `"${text}" ${VALUE}`),
  ),
  refused(
    'one name for two communities',
    community({ name: 'a', value: '1:2' }, { name: 'a', value: '1:3' }),
    'spec.communities[1]',
    '"a" is listed twice: remove one',
    'own words',
  ),
  refused(
    'BFD echo mode',
    profile({ echoMode: true }),
    'spec.echoMode',
    'cannot be true: Berth does not send BFD echo packets, so set receiveInterval and transmitInterval instead',
  ),
  refused(
    'a BFD interval of 9 ms',
    profile({ receiveInterval: 9 }),
    'spec.receiveInterval',
    'must be at least 10, not 9',
    'own words',
  ),
];

import { type GoodSample, object, type SampleObject } from './samples.ts';

/** What every `BGPPeer` has to say. */
const PEER = { myASN: 64500, peerASN: 64501, peerAddress: '192.0.2.1' };
export const UNNUMBERED = { myASN: 64500, peerASN: 64501, interface: 'eth0' };

/** A `BGPPeer` with this beside what it has to say; undefined takes away. */
export const peer = (spec: object = {}): SampleObject => object('BGPPeer', present({ ...PEER, ...spec }));
/** A `BGPAdvertisement` with this spec. */
export const bgpAdvertisement = (spec?: object): SampleObject => object('BGPAdvertisement', spec);
/** A `BFDProfile` with this spec. */
export const profile = (spec?: object): SampleObject => object('BFDProfile', spec);
/** A `Community` with these names and values. */
export const community = (...communities: readonly object[]): SampleObject => object('Community', { communities });

const present = (spec: object) => Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
export const selector = { matchLabels: { rack: 'a' } };
export const value = (text: string) => community({ name: 'a', value: text });

export const BGP_GOOD: readonly GoodSample[] = [
  { title: 'a peer with what it needs', object: peer() },
  {
    title: 'a peer with every field that goes together',
    object: peer({
      localASN: 64510,
      peerPort: 1179,
      sourceAddress: '192.0.2.11',
      routerID: '192.0.2.11',
      vrf: 'red',
      nodeSelectors: [selector],
      nodeOverrides: [
        { nodeSelector: selector, myASN: 64520, peerAddress: '192.0.2.2', peerASN: 64502 },
        { nodeSelector: {}, interface: 'eth1', routerID: '192.0.2.12' },
        { nodeSelector: {}, interface: 'eth1', peerAddress: 'fe80::2' },
      ],
      passive: true,
      holdTime: '9s',
      keepaliveTime: '3s',
      sendHoldTime: '10s',
      connectTime: '1m',
      passwordSecret: { name: 'tor' },
      bfdProfile: 'fast',
      enableGracefulRestart: true,
      gracefulRestartTime: '4095s',
      ebgpMultiHop: true,
      dualStackAddressFamily: true,
      disableMP: false,
    }),
  },
  { title: 'an unnumbered peer', object: peer({ peerAddress: undefined, ...UNNUMBERED }) },
  { title: 'a peer by link-local address', object: peer({ peerAddress: 'fe80::1', interface: 'eth0' }) },
  { title: 'a peer at an IPv4 link-local address', object: peer({ peerAddress: '169.254.1.1' }) },
  { title: 'a peer in class E', object: peer({ peerAddress: '240.0.0.1' }) },
  { title: 'a peer at IPv6', object: peer({ peerAddress: '2001:db8::1', sourceAddress: '2001:db8::2' }) },
  { title: 'a peer of any other AS', object: peer({ peerASN: undefined, dynamicASN: 'external', ebgpMultiHop: true }) },
  { title: 'a peer of our AS', object: peer({ peerASN: 64500 }) },
  { title: 'the largest AS numbers', object: peer({ peerASN: 4294967295, myASN: 4294967294 }) },
  {
    title: 'multihop to our AS under another name',
    object: peer({ peerASN: 64500, localASN: 64510, ebgpMultiHop: true }),
  },
  { title: 'no hold time', object: peer({ holdTime: '0s', keepaliveTime: '0s', sendHoldTime: '4s' }) },
  { title: 'the shortest hold time', object: peer({ holdTime: '3s', sendHoldTime: '4s' }) },
  { title: 'the longest hold time', object: peer({ holdTime: '18h12m15s', sendHoldTime: '65536s' }) },
  { title: 'a keepalive time alone', object: peer({ keepaliveTime: '21845s', sendHoldTime: '65536s' }) },
  { title: 'no send hold time', object: peer({ sendHoldTime: '0s' }) },
  { title: 'a password of 80 characters', object: peer({ password: '~'.repeat(80) }) },
  { title: 'a password in a file', object: peer({ passwordFile: '/etc/berth/tor.key', ttlSecurityHops: 254 }) },
  { title: 'a Secret in our namespace', object: peer({ passwordSecret: { name: 'tor', namespace: 'berth-system' } }) },
  { title: 'a BGP advertisement without a spec', object: bgpAdvertisement() },
  {
    title: 'a BGP advertisement with every field but serviceSelectors',
    object: bgpAdvertisement({
      ipAddressPools: ['public'],
      ipAddressPoolSelectors: [selector],
      nodeSelectors: [selector],
      peers: ['tor-a', 'tor-b'],
      aggregationLength: 24,
      aggregationLengthV6: 64,
      localPref: 4294967295,
      multiExitDisc: 0,
      asPathPrepend: 32,
      communities: ['64500:120', 'large:64500:1:4294967295', 'no-export', 'a.b_C'],
    }),
  },
  {
    title: 'a BGP advertisement for some Services',
    object: bgpAdvertisement({ serviceSelectors: [selector], aggregationLength: 32, aggregationLengthV6: 128 }),
  },
  {
    title: 'no serviceSelectors and an aggregate',
    object: bgpAdvertisement({ serviceSelectors: [], aggregationLength: 1 }),
  },
  { title: 'a BFD profile without a spec', object: profile() },
  {
    title: 'a BFD profile with every field',
    object: profile({
      receiveInterval: 10,
      transmitInterval: 60000,
      detectMultiplier: 255,
      echoMode: false,
      echoInterval: 50,
      passiveMode: true,
      minimumTtl: 1,
    }),
  },
  { title: 'communities', object: community({ name: 'a', value: '0:0' }, { name: 'b', value: '65535:65535' }) },
  ...[
    '1:65530',
    '65529:9',
    '60000:10000',
    'large:0:4294967295:4294967290',
    'large:1000000000:999999999:4200000000',
  ].map((text) => ({ title: `the community ${text}`, object: value(text) })),
  { title: 'no communities', object: community() },
];

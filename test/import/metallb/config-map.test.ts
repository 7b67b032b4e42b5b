import { describe, expect, it } from 'vitest';
import { importConfiguration } from '../../../src/import/metallb/config-map.ts';

function manifests(value: unknown) {
  const result = importConfiguration(value);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.imported.map(({ manifest }) => [manifest.kind, manifest.metadata.name, manifest.spec]);
}

describe('importConfiguration', () => {
  it('has a field of ours for every field of the ConfigMap', () => {
    expect(
      manifests({
        peers: [
          {
            ...{ 'my-asn': 64_512, 'peer-asn': 64_513, 'peer-address': '192.0.2.1', 'source-address': '192.0.2.11' },
            ...{ 'peer-port': 1179, 'hold-time': '2m', 'keepalive-time': '40s', 'router-id': '192.0.2.11' },
            'node-selectors': [
              { 'match-labels': { a: 'b' }, 'match-expressions': [{ key: 'c', operator: 'In', values: ['d'] }] },
            ],
            ...{ password: 'secret', 'bfd-profile': 'Fast', 'ebgp-multihop': true },
          },
        ],
        'bgp-communities': { nope: '64512:1' },
        'address-pools': [
          {
            name: 'l2',
            protocol: 'layer2',
            addresses: ['192.0.2.0/28'],
            'auto-assign': false,
            'avoid-buggy-ips': true,
          },
          {
            ...{ name: 'routed', protocol: 'bgp', addresses: ['198.51.100.0/24'] },
            'bgp-advertisements': [
              { 'aggregation-length': 24, 'aggregation-length-v6': 64, localpref: 200, communities: ['nope'] },
              {},
            ],
          },
          { name: 'plain', protocol: 'bgp', addresses: ['203.0.113.0/24'] },
        ],
        'bfd-profiles': [
          {
            ...{ name: 'Fast', 'receive-interval': 100, 'transmit-interval': 110, 'detect-multiplier': 4 },
            ...{ 'echo-interval': 50, 'echo-mode': false, 'passive-mode': true, 'minimum-ttl': 250 },
          },
        ],
      }),
    ).toEqual([
      [
        'IPAddressPool',
        'l2',
        { addresses: ['192.0.2.0/28'], autoAssign: false, avoidBuggyIPs: true, sharing: 'Cluster' },
      ],
      ['L2Advertisement', 'l2', { ipAddressPools: ['l2'], offSubnet: 'Announce' }],
      ['IPAddressPool', 'routed', { addresses: ['198.51.100.0/24'], sharing: 'Cluster' }],
      [
        'BGPAdvertisement',
        'routed',
        {
          ...{ aggregationLength: 24, aggregationLengthV6: 64, localPref: 200 },
          ...{ communities: ['nope'], ipAddressPools: ['routed'] },
        },
      ],
      ['BGPAdvertisement', 'routed-2', { ipAddressPools: ['routed'] }],
      ['IPAddressPool', 'plain', { addresses: ['203.0.113.0/24'], sharing: 'Cluster' }],
      ['BGPAdvertisement', 'plain', { ipAddressPools: ['plain'] }],
      [
        'BFDProfile',
        'fast',
        { receiveInterval: 100, transmitInterval: 110, detectMultiplier: 4, passiveMode: true, minimumTtl: 250 },
      ],
      [
        'BGPPeer',
        'peer1',
        {
          ...{ myASN: 64_512, peerASN: 64_513, peerAddress: '192.0.2.1', sourceAddress: '192.0.2.11' },
          ...{ peerPort: 1179, holdTime: '120s', keepaliveTime: '40s', routerID: '192.0.2.11' },
          nodeSelectors: [{ matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d'] }] }],
          ...{ password: 'secret', bfdProfile: 'fast', ebgpMultiHop: true },
        },
      ],
      ['Community', 'communities', { communities: [{ name: 'nope', value: '64512:1' }] }],
    ]);
  });

  it('tells of names that cannot stay', () => {
    const result = importConfiguration({
      'address-pools': [{ name: 'My_Pool', protocol: 'layer2', addresses: ['192.0.2.0/28'] }],
    });
    expect(result.ok && result.imported[0]?.remarks[0]).toMatchObject({
      field: 'address-pools[0].name',
      message: expect.stringContaining('it is called my-pool now'),
    });
  });

  it.each<[string, unknown, readonly (readonly [string, RegExp])[]]>([
    ['a field that is not known', { pools: [] }, [['pools', /not a known field/]]],
    ['no map', [], [['', /must be an object/]]],
    [
      'what our kinds refuse, by its own name',
      {
        'address-pools': [
          {
            name: 'a',
            protocol: 'bgp',
            addresses: ['192.0.2.1'],
            'bgp-advertisements': [{ 'aggregation-length-v6': 999 }],
          },
        ],
        peers: [{ 'my-asn': 0, 'peer-asn': 1, 'peer-address': 'x' }],
        'bgp-communities': { nope: 'x' },
        'bfd-profiles': [{ name: '!', 'minimum-ttl': 999 }],
      },
      [
        ['address-pools[0].addresses[0]', /bare address/],
        ['address-pools[0].bgp-advertisements[0].aggregation-length-v6', /at most 128/],
        ['bfd-profiles[0].name', /DNS-1123/],
        ['bfd-profiles[0].minimum-ttl', /at most 254/],
        ['peers[0].my-asn', /at least 1/],
        ['peers[0].peer-address', /not the address of one machine/],
        ['bgp-communities[nope]', /is no community/],
      ],
    ],
    [
      'an entry of a wrong shape, and what our kinds refuse of the others',
      {
        'address-pools': [
          { name: 'a', protocol: 'layer3', addresses: ['192.0.2.0/24'] },
          { name: 'b', protocol: 'layer2', addresses: ['192.0.2.1'] },
        ],
        peers: ['tor', { 'my-asn': 0, 'peer-asn': 1, 'peer-address': '192.0.2.1' }],
      },
      [
        ['peers[0]', /must be an object/],
        ['address-pools[0].protocol', /must be "layer2" or "bgp"/],
        ['address-pools[1].addresses[0]', /bare address/],
        ['peers[1].my-asn', /at least 1/],
      ],
    ],
  ])('refuses %s', (_, value, expected) => {
    const result = importConfiguration(value);
    const faults = result.ok ? [] : result.faults;
    expect(faults.map(({ field }) => field)).toEqual(expected.map(([field]) => field));
    for (const [index, [, message]] of expected.entries()) expect(faults[index]?.message).toMatch(message);
  });

  it('an empty text says nothing', () => {
    expect(manifests(null)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { neverGiven, type Occupants, occupied, specialPurposeOf } from '../../src/allocator/never-given.ts';
import type { Node } from '../../src/api/kubernetes/node.ts';
import type { ServiceCIDR } from '../../src/api/kubernetes/service-cidr.ts';
import type { SpeakerStatus } from '../../src/api/speaker-status.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { formatRange } from '../../src/ip/range.ts';
import { NETS, pool, service } from './builders.ts';
import { Scene } from './scene.ts';

const NOBODY: Occupants = { nodes: [], speakers: [], services: [] };

function occupiedBy(occupants: Partial<Occupants>): readonly string[] {
  return occupied({ nodes: [], speakers: [], services: [], ...occupants }).map(formatRange);
}

function node(addresses: Readonly<Record<string, string>>, podCIDRs: readonly string[] = []): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1' },
    spec: { podCIDRs },
    status: { addresses: Object.entries(addresses).map(([type, address]) => ({ type, address })) },
  };
}

function speaker(addresses: readonly string[], gateways: readonly string[] = []): SpeakerStatus {
  const eth0 = { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses, gateways };
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'SpeakerStatus',
    metadata: { name: 'n1' },
    status: { interfaces: [eth0] },
  };
}

function serviceCIDR(...cidrs: readonly string[]): ServiceCIDR {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'kubernetes' }, spec: { cidrs } };
}

describe('never given', () => {
  it.each([
    [
      'the addresses of nodes',
      { nodes: [node({ InternalIP: '192.0.2.11', ExternalIP: '2001:db8::11' })] },
      ['192.0.2.11', '2001:db8::11'],
    ],
    [
      'the Service ranges',
      { serviceCIDRs: [serviceCIDR('10.96.0.0/16', 'fd00::/112', 'nonsense')] },
      ['10.96.0.0-10.96.255.255', 'fd00::-fd00::ffff'],
    ],
    [
      'the cluster IPs of Services where nobody says the Service ranges',
      {
        services: [
          { ...service('kubernetes'), spec: { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', 'fd00::1'] } },
          { ...service('old'), spec: { clusterIP: '10.96.0.2' } },
          { ...service('headless'), spec: { clusterIP: 'None', clusterIPs: ['None'] } },
        ],
      },
      ['10.96.0.1', '10.96.0.2', 'fd00::1'],
    ],
    [
      'not one by one what the Service ranges hold',
      {
        serviceCIDRs: [serviceCIDR('10.96.0.0/16')],
        services: [{ ...service('web'), spec: { clusterIPs: ['10.96.0.7'], externalIPs: ['192.0.2.9'] } }],
      },
      ['10.96.0.0-10.96.255.255', '192.0.2.9'],
    ],
    ['but not their names', { nodes: [node({ Hostname: '192.0.2.11', InternalDNS: 'n1' })] }, []],
    [
      'the Pod ranges',
      { nodes: [node({}, ['10.244.0.0/24', 'fd00::/64'])] },
      ['10.244.0.0-10.244.0.255', 'fd00::-fd00::ffff:ffff:ffff:ffff'],
    ],
    [
      'the addresses of interfaces',
      { speakers: [speaker(['192.0.2.11/24', '2001:db8::11/64'])] },
      ['192.0.2.11', '2001:db8::11'],
    ],
    ['but not those that stand alone, as ours do', { speakers: [speaker(['192.0.2.50/32', '2001:db8::50/128'])] }, []],
    ['the gateways', { speakers: [speaker([], ['192.0.2.1', '2001:db8::1'])] }, ['192.0.2.1', '2001:db8::1']],
    [
      'the externalIPs of any Service',
      { services: [service('web', { type: 'ClusterIP', externalIPs: ['192.0.2.9'] })] },
      ['192.0.2.9'],
    ],
    [
      'each once',
      { nodes: [node({ InternalIP: '192.0.2.11' })], speakers: [speaker(['192.0.2.11/24'])] },
      ['192.0.2.11'],
    ],
    [
      'nothing that cannot be read',
      { nodes: [node({ InternalIP: 'x' }, ['y'])], speakers: [speaker(['z'], ['fe80::1%eth0'])] },
      [],
    ],
    [
      'nothing, of a node or speaker that says nothing',
      {
        nodes: [{ ...node({}), spec: undefined, status: undefined }],
        speakers: [{ ...speaker([]), status: undefined }],
      },
      [],
    ],
  ])('%s', (_, occupants, ranges) => {
    expect(occupiedBy(occupants)).toEqual(ranges);
  });

  it('in an order that does not depend on that of the objects', () => {
    const nodes = [node({ InternalIP: '192.0.2.12' }), node({ InternalIP: '192.0.2.11' })];
    expect(occupiedBy({ nodes })).toEqual(occupiedBy({ nodes: [...nodes].reverse() }));
  });

  it('no addresses but those of special purpose where there is nobody', () => {
    expect(neverGiven(NOBODY).map(formatRange)).toEqual([
      '0.0.0.0',
      '127.0.0.0-127.255.255.255',
      '169.254.0.0-169.254.255.255',
      '224.0.0.0-239.255.255.255',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
    expect(neverGiven({ ...NOBODY, nodes: [node({ InternalIP: '192.0.2.11' })] }).map(formatRange)).toContain(
      '192.0.2.11',
    );
  });

  it.each([
    ['0.0.0.0', '0.0.0.1'],
    ['127.0.0.1', '128.0.0.0'],
    ['169.254.169.254', '169.253.255.255'],
    ['239.255.255.255', '240.0.0.0'],
    ['255.255.255.255', '255.255.255.254'],
    ['::', '::2'],
    ['::1', '::2'],
    ['fe80::1', 'fec0::'],
    ['ff02::1', 'fdff:ffff::'],
  ])('%s by itself, whatever a pool lists, but not %s', (special, ordinary) => {
    expect([special, ordinary].map((text) => specialPurposeOf(parseAddress(text)) !== undefined)).toEqual([
      true,
      false,
    ]);
    const scene = new Scene([pool('all', ['0.0.0.0/0', '::/0'])], { neverGiven: neverGiven(NOBODY) });
    const [family] = special.includes(':') ? (['IPv6'] as const) : (['IPv4'] as const);
    scene.put(service('a', { ips: special, families: [family] }), service('b', { ips: ordinary, families: [family] }));
    expect([scene.says('a'), scene.says('b')]).toEqual(['AddressReserved', ordinary]);
  });

  it('not the first of a pool of all addresses', () => {
    const scene = new Scene([pool('all', ['0.0.0.0/0', '::/0'])], { neverGiven: neverGiven(NOBODY) });
    scene.put(service('web', { policy: 'PreferDualStack' }));
    expect(scene.says('web')).toBe('0.0.0.1 ::2');
  });
});

describe.each(NETS)('an address that is never given, $family', ({ ip, range, service }) => {
  it('is given once it is free for all', () => {
    const surroundings = {
      neverGiven: neverGiven({ nodes: [node({ InternalIP: ip(1) })], speakers: [], services: [] }),
    };
    const scene = new Scene([pool('public', range(1, 1))], surroundings).put(service('a'));
    expect(scene.says('a')).toBe('PoolExhausted');
    expect(scene.pools([pool('public', range(1, 1))]).says('a')).toBe(ip(1));
  });
});

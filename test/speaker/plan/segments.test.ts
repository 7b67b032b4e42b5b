import { describe, expect, it } from 'vitest';
import type { RankedNode } from '../../../src/announcement/announcement-plan.ts';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import { Segments } from '../../../src/speaker/plan/segments.ts';
import { speakerStatus } from '../objects.ts';

function link(name: string, addresses: readonly string[], up = true): NetworkInterface {
  const mac = '02:00:00:00:00:11';
  return { name, index: 2, mac, up, loopback: false, noArp: false, master: false, addresses, gateways: [] };
}

const ranked = (node: string, ...interfaces: readonly string[]): RankedNode => {
  return { node, interfaces, weight: 0, localEndpoint: 'NotNeeded' };
};

const NOTHING = () => new Set<string>();

const names = (segments: Segments) => segments.attached.map(({ key, interface: { name } }) => `${key} ${name}`);

describe('Segments', () => {
  it('are the subnets of the interfaces, but for link-local ones', () => {
    const eth0 = link('eth0', ['192.0.2.11/24', '2001:db8::11/64', 'fe80::11/64', 'rubbish']);
    const segments = new Segments('n1', [eth0], [], NOTHING);
    expect(segments.attached.map(({ key, local }) => [key, local])).toEqual([
      ['192.0.2.0/24', '192.0.2.11'],
      ['2001:db8::/64', '2001:db8::11'],
    ]);
  });

  it.each([
    ['the first by name', [link('eth1', ['192.0.2.12/24']), link('eth0', ['192.0.2.11/24'])], [], 'eth0'],
    ['the one that is up', [link('eth0', ['192.0.2.11/24'], false), link('eth1', ['192.0.2.12/24'])], [], 'eth1'],
    [
      'the one that the plans use',
      [link('eth0', ['192.0.2.11/24']), link('eth1', ['192.0.2.12/24'])],
      ['eth1'],
      'eth1',
    ],
  ])('have one interface in a subnet, %s', (_name, interfaces, used, expected) => {
    expect(names(new Segments('n1', interfaces, [], () => new Set(used)))).toEqual([`192.0.2.0/24 ${expected}`]);
  });

  it('know where it matters which interface is used', () => {
    const interfaces = [link('eth0', ['192.0.2.11/24', '192.0.2.13/24']), link('eth1', ['192.0.2.12/24'])];
    const segments = new Segments('n1', [...interfaces, link('eth2', ['198.51.100.1/24'])], [], NOTHING);
    expect(['eth0', 'eth1', 'eth2'].map((name) => segments.isContested(name))).toEqual([true, true, false]);
    expect(new Segments('n1', interfaces.slice(0, 1), [], NOTHING).isContested('eth0')).toBe(false);
  });

  it('know who else is on them, by which MAC address and which address', () => {
    const n2 = speakerStatus('n2', ['198.51.100.2/24'], ['192.0.2.12/24', 'fe80::12/64', 'rubbish']);
    const segments = new Segments('n1', [link('eth0', ['192.0.2.11/24'])], [n2], NOTHING);
    expect(segments.peersOn('192.0.2.0/24')).toEqual([{ node: 'n2', mac: '02:00:00:00:01:02', remote: '192.0.2.12' }]);
    expect(segments.peersOn('203.0.113.0/24')).toEqual([]);
    expect(segments.isOn('192.0.2.0/24', ranked('n2', 'eth1'))).toBe(true);
    expect(segments.isOn('192.0.2.0/24', ranked('n2', 'eth0'))).toBe(false);
    expect(segments.isOn('192.0.2.0/24', ranked('n3', 'eth1'))).toBe(false);
  });

  it('know no MAC address that no frame of Ethernet can bear, as another node may report one', () => {
    const n2 = speakerStatus('n2', ['192.0.2.12/24']);
    const mac = '80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1';
    const interfaces = n2.status?.interfaces?.map((each) => ({ ...each, mac }));
    const segments = new Segments(
      'n1',
      [link('eth0', ['192.0.2.11/24'])],
      [{ ...n2, status: { interfaces } }],
      NOTHING,
    );
    expect(segments.peersOn('192.0.2.0/24')).toEqual([{ node: 'n2', mac: undefined, remote: '192.0.2.12' }]);
  });

  it('know by which of two interfaces in the subnet another node is there: the one that it uses itself', () => {
    const n2 = speakerStatus('n2', ['192.0.2.12/24'], ['192.0.2.22/24']);
    const own = [link('eth0', ['192.0.2.11/24'])];
    const peer = (...used: readonly string[]) => {
      const segments = new Segments('n1', own, [n2], (node) => new Set(node === 'n2' ? used : []));
      expect(segments.isContested('eth0')).toBe(true);
      return segments.peersOn('192.0.2.0/24').map(({ remote }) => remote);
    };
    expect([peer(), peer('eth1'), peer('eth0', 'eth1')]).toEqual([['192.0.2.12'], ['192.0.2.22'], ['192.0.2.12']]);
  });

  it('know the other interfaces of another node in the subnet, each by the first address of it', () => {
    const n2 = speakerStatus('n2', ['192.0.2.12/24', '192.0.2.13/24'], ['192.0.2.22/24'], ['198.51.100.2/24']);
    const segments = new Segments('n1', [link('eth0', ['192.0.2.11/24'])], [n2], NOTHING);
    expect(segments.peersOn('192.0.2.0/24')).toEqual([
      {
        ...{ node: 'n2', mac: '02:00:00:00:00:02', remote: '192.0.2.12' },
        others: [{ mac: '02:00:00:00:01:02', remote: '192.0.2.22' }],
      },
    ]);
  });

  it.each([
    ['has the MAC address of the first', '02:00:00:00:00:02'],
    ['has none that a frame of Ethernet can bear', '80:00:02:08'],
  ])('know no other interface that %s: nobody could tell that it speaks by it', (_name, mac) => {
    const n2 = speakerStatus('n2', ['192.0.2.12/24'], ['192.0.2.22/24']);
    const interfaces = n2.status?.interfaces?.map((each) => (each.name === 'eth1' ? { ...each, mac } : each));
    const others = [{ ...n2, status: { interfaces } }];
    const segments = new Segments('n1', [link('eth0', ['192.0.2.11/24'])], others, NOTHING);
    expect(segments.peersOn('192.0.2.0/24')).toEqual([{ node: 'n2', mac: '02:00:00:00:00:02', remote: '192.0.2.12' }]);
  });

  const interfaces = [link('eth0', ['192.0.2.11/24', '2001:db8::11/64']), link('eth1', ['198.51.100.1/24'])];
  it.each([
    ['in its subnet', '192.0.2.50', [ranked('n1', 'eth0')], ['192.0.2.0/24']],
    ['in its subnet, though this node is not in line', '192.0.2.50', [ranked('n2', 'eth0')], ['192.0.2.0/24']],
    ['in its subnet, though nobody is in line', '192.0.2.50', [], ['192.0.2.0/24']],
    [
      'off all subnets, where it may be',
      '203.0.113.1',
      [ranked('n1', 'eth0', 'eth1')],
      ['192.0.2.0/24', '198.51.100.0/24'],
    ],
    ['off all subnets, by the family', '2001:db8:1::1', [ranked('n1', 'eth0')], ['2001:db8::/64']],
    ['nowhere', '203.0.113.1', [], []],
  ])('are those of an address %s', (_name, address, ranks, expected) => {
    const segments = new Segments('n1', interfaces, [], NOTHING);
    expect(segments.segmentsOf(address, ranks).map(({ key }) => key)).toEqual(expected);
  });
});

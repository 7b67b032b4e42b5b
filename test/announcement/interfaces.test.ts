import { describe, expect, it } from 'vitest';
import { linkBar, reach } from '../../src/announcement/interfaces.ts';
import { knownNodes } from '../../src/announcement/nodes.ts';
import { Segments } from '../../src/announcement/segments.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { advertisement, eth0, input, link, newSpeaker, speaker } from './objects.ts';

type Link = ReturnType<typeof link>;

/** What node n1 with these interfaces can use for an address: names, or the reason why none. */
function reached(interfaces: readonly Link[], address: string, ...specs: readonly object[]) {
  const segments = new Segments();
  const [node] = knownNodes(input({ speakers: [speaker('n1', interfaces)] }), segments);
  if (!node) throw new Error('n1 is not known');
  const advertisements = specs.map((spec, i) => advertisement(spec, `ad${i}`));
  return reach(node, advertisements, segments.segmentOf(parseAddress(address)));
}

const eth1 = link('eth1', '198.51.100.11/24');
const down = (it: Link): Link => ({ ...it, up: false });
const docker0 = link('docker0', '172.17.0.1/16');
const announce = { offSubnet: 'Announce' };

describe('reach', () => {
  it.each<[string, readonly Link[], string, readonly object[], readonly string[] | string]>([
    ['the interface in the subnet', [eth0(), eth1], '192.0.2.50', [{}], ['eth0']],
    ['the same by IPv6', [eth0(), eth1], '2001:db8::50', [{}], ['eth0']],
    ['every interface in the subnet', [eth0(), link('eth2', '192.0.2.12/24')], '192.0.2.50', [{}], ['eth0', 'eth2']],
    ['no subnet', [eth0(), eth1], '203.0.113.50', [{}], 'OffSubnet'],
    ['no subnet of the family', [eth1], '2001:db8::50', [{}], 'OffSubnet'],
    ['a prefix of one address', [link('eth0', '2001:db8::11/128')], '2001:db8::50', [{}], 'OffSubnet'],
    ['no address at all', [link('eth0')], '192.0.2.50', [{}], 'OffSubnet'],
    ['the network address', [eth0()], '192.0.2.0', [{}], ['eth0']],
    ['an address reported wrongly', [link('eth0', 'fe80::1%eth0', '192.0.2.11/24')], '192.0.2.50', [{}], ['eth0']],
    ['off subnet, announced', [eth0(), eth1, docker0], '203.0.113.50', [announce], ['eth0', 'eth1']],
    ['off subnet, on those that are up', [down(eth0()), eth1], '203.0.113.50', [announce], ['eth1']],
    ['announce, and one in the subnet', [eth0(), eth1], '192.0.2.50', [announce], ['eth0']],
    ['announce, and that one down', [down(eth0()), eth1], '192.0.2.50', [announce], 'InterfaceDown'],
    [
      'announce by name, though another is in it',
      [eth0(), eth1],
      '192.0.2.50',
      [{ ...announce, interfaces: ['eth1'] }],
      ['eth1'],
    ],
    ['down', [down(eth0())], '192.0.2.50', [{}], 'InterfaceDown'],
    ['one down of two', [down(eth0()), link('eth2', '192.0.2.12/24')], '192.0.2.50', [{}], ['eth2']],
    ['one named of two', [eth0(), link('eth2', '192.0.2.12/24')], '192.0.2.50', [{ interfaces: ['eth2'] }], ['eth2']],
    ['one named that is not there', [eth0()], '192.0.2.50', [{ interfaces: ['eth7'] }], 'InterfaceMissing'],
    ['one named in another subnet', [eth0(), eth1], '192.0.2.50', [{ interfaces: ['eth1'] }], 'OffSubnet'],
    ['a reserved one', [eth0(), docker0], '172.17.0.50', [{}], 'OffSubnet'],
    ['a reserved one, named', [eth0(), docker0], '172.17.0.50', [{ interfaces: ['docker0'] }], ['docker0']],
    ['reserved ones alone', [docker0], '192.0.2.50', [{}], 'InterfaceMissing'],
    ['no interface', [], '192.0.2.50', [{}], 'InterfaceMissing'],
    [
      'the union of two advertisements',
      [eth0(), link('eth2', '192.0.2.12/24'), link('eth3', '192.0.2.13/24')],
      '192.0.2.50',
      [{ interfaces: ['eth3'] }, { interfaces: ['eth0'] }],
      ['eth0', 'eth3'],
    ],
    ['two, one of which fails', [eth0()], '192.0.2.50', [{ interfaces: ['eth7'] }, {}], ['eth0']],
    ['the nearest miss of two', [down(eth0())], '192.0.2.50', [{ interfaces: ['eth7'] }, {}], 'InterfaceDown'],
    ['the next nearest', [eth0()], '203.0.113.50', [{ interfaces: ['eth7'] }, {}], 'OffSubnet'],
  ])('%s', (_, interfaces, address, specs, expected) => {
    const { interfaces: names, bar } = reached(interfaces, address, ...specs);
    expect(bar?.reason ?? names).toEqual(expected);
    if (bar) expect(names).toEqual([]);
  });

  it.each<[string, readonly Link[], string, object, readonly string[]]>([
    [
      'OffSubnet',
      [eth0()],
      '203.0.113.50',
      {},
      ['n1', 'eth0 192.0.2.11/24', 'offSubnet: Announce', 'L2Advertisement ad0'],
    ],
    ['OffSubnet, passed over', [docker0, eth0()], '172.17.0.50', {}, ['docker0', 'Docker', 'spec.interfaces']],
    [
      'InterfaceMissing',
      [eth0()],
      '192.0.2.50',
      { interfaces: ['eth7'] },
      ['eth7', 'it has eth0', 'L2Advertisement ad0'],
    ],
    ['InterfaceDown', [down(eth0())], '192.0.2.50', {}, ['eth0 of node n1', 'bring the link up']],
  ])('%s names the object and the remedy', (_, interfaces, address, spec, parts) => {
    const { bar } = reached(interfaces, address, spec);
    for (const part of parts) expect(bar?.detail).toContain(part);
  });

  it('does not know before the speaker has reported', () => {
    const segments = new Segments();
    const [node] = knownNodes(input({ speakers: [newSpeaker('n1')] }), segments);
    if (!node) throw new Error('n1 is not known');
    const { bar } = reach(node, [advertisement()], segments.segmentOf(parseAddress('192.0.2.50')));
    expect(bar?.reason).toBe('InterfacesUnknown');
  });
});

describe('linkBar', () => {
  it.each<[string, readonly Link[] | undefined, readonly object[], string | undefined]>([
    ['an interface that is up', [eth0(), down(eth1)], [{}], undefined],
    ['none that is up', [down(eth0()), down(eth1)], [{}], 'InterfaceDown'],
    ['one that is up, and another that may be used', [eth0(), down(eth1)], [{ interfaces: ['eth1'] }], 'InterfaceDown'],
    ['none that may be used', [eth0()], [{ interfaces: ['eth9'] }], 'InterfaceMissing'],
    ['one of two advertisements that has one', [eth0()], [{ interfaces: ['eth9'] }, {}], undefined],
    ['reserved ones alone', [docker0], [{}], 'InterfaceMissing'],
    ['a reserved one that is named', [docker0], [{ interfaces: ['docker0'] }], undefined],
    ['no advertisement', [], [], undefined],
    ['no report', undefined, [{}], 'InterfacesUnknown'],
  ])('with %s', (_, interfaces, specs, reason) => {
    const speakers = [interfaces === undefined ? newSpeaker('n1') : speaker('n1', interfaces)];
    const [node] = knownNodes(input({ speakers }), new Segments());
    if (!node) throw new Error('n1 is not known');
    const advertisements = specs.map((spec, i) => advertisement(spec, `ad${i}`));
    expect(linkBar(node, advertisements)?.reason).toBe(reason);
  });
});

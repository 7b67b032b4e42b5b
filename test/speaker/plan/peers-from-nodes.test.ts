import { describe, expect, it } from 'vitest';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { speakersOfNodes } from '../../../src/speaker/plan/peers-from-nodes.ts';

const eth0 = {
  ...{ name: 'eth0', index: 2, mac: '02:00:00:00:00:11', up: true, loopback: false, noArp: false, master: false },
  addresses: ['192.0.2.11/24', '2001:db8::11/64', 'fe80::11/64'],
  gateways: [],
};
const eth1 = { ...eth0, name: 'eth1', index: 3, addresses: ['198.51.100.11/25'] };

const node = (name: string, ...addresses: readonly (readonly [type: string, address: string])[]) =>
  mustParse(NodeKind, {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
    status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
  });

const interfacesOf = (...nodes: Parameters<typeof node>[]) =>
  speakersOfNodes(
    nodes.map((each) => node(...each)),
    new Set(['n1']),
    [eth0, eth1],
  ).map(({ metadata, status }) => [
    metadata.name,
    ...(status?.interfaces ?? []).map(({ name, mac, up, addresses }) => [name, mac, up, ...addresses].join(' ')),
  ]);

describe('speakersOfNodes', () => {
  it('has a node where its InternalIPs are, on the interfaces that lead there, without a MAC address', () => {
    expect(
      interfacesOf(['n2', ['InternalIP', '192.0.2.12'], ['InternalIP', '2001:db8:0::12'], ['Hostname', 'n2']]),
    ).toEqual([['n2', 'eth0  true 192.0.2.12/24 2001:db8::12/64']]);
    expect(interfacesOf(['n3', ['InternalIP', '198.51.100.13'], ['ExternalIP', '192.0.2.13']])).toEqual([
      ['n3', 'eth1  true 198.51.100.13/25'],
    ]);
  });

  it('leaves out those that are known, and has those nowhere that say nothing, or nothing that is near', () => {
    expect(
      interfacesOf(
        ['n1', ['InternalIP', '192.0.2.11']],
        ['n4'],
        ['n5', ['InternalIP', '203.0.113.9']],
        ['n6', ['InternalIP', 'not an address']],
      ),
    ).toEqual([['n4'], ['n5'], ['n6']]);
  });
});

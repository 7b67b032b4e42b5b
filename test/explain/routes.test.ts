import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { explainAddress } from '../../src/explain/address.ts';
import { explainRoute } from '../../src/explain/service-routes.ts';
import { Situation } from '../../src/explain/situation.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { service } from '../allocator/builders.ts';
import { advertisement as bgp, peer } from '../announcement/bgp/objects.ts';
import { advertisement as l2, newSpeaker, speaker } from '../announcement/objects.ts';
import { PUBLIC, plan } from './plan-lines.ts';

const WEB = service('web');
const BASE: readonly KubernetesObject[] = [PUBLIC, WEB, speaker('n1'), speaker('n2'), peer('tor')];
const ANNOUNCED = { address: '192.0.2.1', service: 'default/web', standby: [] };

function session(name: string, state: string, more: object = {}): KubernetesObject {
  const { status, ...rest } = speaker(name);
  const sessions = [
    { peer: 'tor', address: '192.0.2.1', state, since: '2026-01-01T00:00:00Z', advertised: 1, ...more },
  ];
  return { ...rest, ...{ status: { ...status, sessions } } };
}

describe('berth plan', () => {
  const protocols = (objects: readonly KubernetesObject[]) =>
    plan(objects).announcements.map(({ protocol, nodes, reason }) => [protocol, nodes.length, reason]);

  it('lists every node that advertises an address over BGP', () => {
    expect(plan([...BASE, bgp()]).announcements).toEqual([
      { ...ANNOUNCED, protocol: 'bgp', nodes: ['n1', 'n2'], reason: null },
    ]);
  });

  it.each<[string, readonly KubernetesObject[], readonly (readonly unknown[])[]]>([
    [
      'both protocols where both are asked for',
      [...BASE, l2(), bgp()],
      [
        ['l2', 1, null],
        ['bgp', 2, null],
      ],
    ],
    ['layer 2 alone', [...BASE, l2()], [['l2', 1, null]]],
    [
      'BGP alone where no L2Advertisement covers it',
      [...BASE, l2({ ipAddressPools: ['other'] }), bgp()],
      [['bgp', 2, null]],
    ],
    [
      'layer 2 alone where no BGPAdvertisement covers it',
      [...BASE, l2(), bgp('x', { ipAddressPools: ['other'] })],
      [['l2', 1, null]],
    ],
    [
      'what is missing where neither does',
      [...BASE, bgp('x', { ipAddressPools: ['other'] })],
      [['l2', 0, 'NoAdvertisement']],
    ],
    ['BGP without a peer', [...BASE.slice(0, 4), bgp()], [['bgp', 0, 'NoEligibleNode']]],
    ['BGP without any report', [PUBLIC, WEB, peer('tor'), bgp()], [['bgp', 0, 'InterfacesUnknown']]],
  ])('lists %s', (_, objects, wanted) => {
    expect(protocols(objects)).toEqual(wanted);
  });
});

describe('explainRoute', () => {
  const held = service('web', { holds: ['192.0.2.1'] });
  const route = (objects: readonly KubernetesObject[]) =>
    explainRoute('default/web', '192.0.2.1', new Situation({ objects: [PUBLIC, held, peer('tor'), ...objects] }));

  it('says to whom each node tells the address, and which sessions are down', () => {
    const lastError = { code: 0, subcode: 0, text: 'TCP: refused', at: '2026-01-01T00:00:00Z' };
    const found = route([bgp(), session('n1', 'Established'), session('n2', 'Active', { lastError })]);
    expect(found).toMatchObject({ reason: null, remedy: null });
    expect(found?.nodes).toEqual([
      { node: 'n1', peer: 'tor', state: 'Established', reason: null, message: 'advertised', remedy: null },
      {
        ...{ node: 'n2', peer: 'tor', state: 'Active', reason: 'SessionDown' },
        ...{ message: 'the session is Active: TCP: refused', remedy: 'See berth explain peer tor.' },
      },
    ]);
  });

  it('says which sessions that are Established do not tell the address, and what to do', () => {
    const notCarried = [{ family: 'IPv4', reason: 'NoNextHop', text: 'eth0 has no IPv4 address' }];
    const found = route([bgp(), session('n1', 'Established', { families: ['IPv6'], notCarried })]);
    expect(found?.nodes[0]).toMatchObject({
      ...{ node: 'n1', peer: 'tor', state: 'Established', reason: 'NoNextHop', message: 'eth0 has no IPv4 address' },
      remedy: expect.stringMatching(/^Give the interface/),
    });
  });

  it('says why a node tells nobody', () => {
    const onlyN1 = bgp('x', { nodeSelectors: [{ matchLabels: { 'kubernetes.io/hostname': 'n1' } }] });
    const found = route([onlyN1, session('n1', 'Established'), newSpeaker('n2')]);
    expect(found?.nodes.map(({ node, peer: to, reason }) => [node, to, reason])).toEqual([
      ['n1', 'tor', null],
      ['n2', null, 'NodeNotSelected'],
    ]);
  });

  it('says nothing where BGP is not asked for', () => {
    expect(route([session('n1', 'Established')])).toBeUndefined();
    expect(route([bgp('x', { ipAddressPools: ['other'] }), session('n1', 'Established')])).toBeUndefined();
  });

  it('takes the place of layer 2 where that is not asked for', () => {
    const objects = [PUBLIC, held, peer('tor'), bgp(), session('n1', 'Established')];
    const address = (more: readonly KubernetesObject[]) =>
      explainAddress(parseAddress('192.0.2.1'), new Situation({ objects: [...objects, ...more] })).address;
    expect([address([])?.announcements.length, address([])?.routes.length]).toEqual([0, 1]);
    expect([address([l2()])?.announcements.length, address([l2()])?.routes.length]).toEqual([1, 1]);
  });
});

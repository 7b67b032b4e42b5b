import { describe, expect, it } from 'vitest';
import type { BgpObjects } from '../../../src/announcement/bgp/input.ts';
import { Endpoints } from '../../../src/announcement/endpoints.ts';
import { labelledNode } from '../../../src/announcement/nodes.ts';
import { holding, node, service, slice } from '../objects.ts';
import { advertisement, n1, peer, routesOf } from './objects.ts';

const NOBODY = new Endpoints([]);
const V4 = '192.0.2.50';
const V6 = '2001:db8::50';
const LOCAL = service('web', { externalTrafficPolicy: 'Local' });
const ON_N2 = new Endpoints([slice('web', 'IPv4', [{ addresses: ['10.0.0.1'], nodeName: 'n2' }])]);
const PEERS = [peer('a'), peer('b', { peerAddress: '192.0.2.2' })];
const onN2 = { matchLabels: { 'kubernetes.io/hostname': 'n2' } };

function untold(given: Partial<BgpObjects>, held = holding([V4]), endpoints = NOBODY, at = n1) {
  const routes = routesOf(given, at);
  routes.set(held, endpoints);
  return [...routes.untold()].map(({ address, service: key, reason }) => `${address} ${key} ${reason}`);
}

const drained = labelledNode('n1', node('n1', { annotations: { 'berth.dev/drain': '' } }));

describe('addresses that no peer is told of', () => {
  it.each([
    [
      'none, where one peer of two is told',
      untold({ peers: PEERS, advertisements: [advertisement('x', { peers: ['a'] })] }),
      [],
    ],
    [
      'those of which all peers are told by other advertisements alone',
      untold({ peers: PEERS, advertisements: [advertisement('x', { peers: ['c'] })] }),
      [`${V4} default/web PeerNotSelected`],
    ],
    ['those without a session to tell over', untold({ peers: [] }), [`${V4} default/web NoPeer`]],
    ['those that other nodes serve', untold({}, holding([V4], LOCAL), ON_N2), [`${V4} default/web NoLocalEndpoint`]],
    ['all of a node that drains', untold({}, holding([V4]), NOBODY, drained), [`${V4} default/web NodeDraining`]],
    [
      'all, where advertisements select other nodes',
      untold({ advertisements: [advertisement('x', { nodeSelectors: [onN2] })] }),
      [`${V4} default/web NodeNotSelected`],
    ],
    [
      'those of a family that no session carries',
      untold({}, holding([V4, V6])),
      [`${V6} default/web FamilyNotCarried`],
    ],
    ['none, where no BGPAdvertisement covers any', untold({ advertisements: [] }), []],
  ])('are %s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('are covered where a BGPAdvertisement is for them, told or not', () => {
    for (const [advertisements, expected] of [
      [[advertisement('x', { peers: ['c'] })], true],
      [[], false],
    ] as const) {
      const routes = routesOf({ advertisements });
      routes.set(holding([V4]), NOBODY);
      expect([routes.isCovered('default/web', V4), routes.isCovered('default/api', V4)]).toEqual([expected, false]);
    }
  });
});

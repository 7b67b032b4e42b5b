import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RoutePlan, type RoutePlanInput, routePlanner } from '../../../src/announcement/bgp/route-plan.ts';
import { holding, node, service, slice, speaker } from '../objects.ts';
import { advertisement, objects, peer } from './objects.ts';

const planRoutes = (input: RoutePlanInput) => routePlanner(input)(input.services);

function input(given: Partial<RoutePlanInput> = {}): RoutePlanInput {
  return {
    ...objects(),
    services: [holding(['192.0.2.50'])],
    speakers: ['n1', 'n2'].map((name) => speaker(name)),
    nodes: [],
    endpointSlices: [],
    ...given,
  };
}

const only = (given: Partial<RoutePlanInput>): RoutePlan | undefined => planRoutes(input(given))[0];
const local = holding(['192.0.2.50'], service('web', { externalTrafficPolicy: 'Local' }));
const ready = (nodeName: string) => ({ addresses: ['10.0.0.1'], nodeName });
const drained = (name: string) => node(name, { annotations: { 'berth.dev/drain': '' } });

describe('planRoutes', () => {
  it('names every node that advertises, and its peers', () => {
    expect(only({ peers: [peer('b'), peer('a', { peerAddress: '192.0.2.2' })] })).toEqual({
      address: '192.0.2.50',
      service: 'default/web',
      protocol: 'bgp',
      nodes: [
        { node: 'n1', peers: ['a', 'b'] },
        { node: 'n2', peers: ['a', 'b'] },
      ],
      reason: null,
      message: 'node n1 advertises it to a, b; node n2 advertises it to a, b',
      withheld: [],
    });
  });

  it('says of the other nodes why not', () => {
    const plan = only({ services: [local], endpointSlices: [slice('web', 'IPv4', [ready('n2')])] });
    expect(plan?.nodes).toEqual([{ node: 'n2', peers: ['tor'] }]);
    expect(plan?.withheld).toMatchObject([{ node: 'n1', reason: 'NoLocalEndpoint' }]);
  });

  it.each<[string, Partial<RoutePlanInput>, string, string]>([
    ['no advertisement', { advertisements: [] }, 'NoAdvertisement', 'no BGPAdvertisement covers pool public: add one'],
    [
      'advertisements for other Services',
      { advertisements: [advertisement('a', { serviceSelectors: [{ matchLabels: { a: 'b' } }] })] },
      'NoAdvertisement',
      'add a BGPAdvertisement without serviceSelectors',
    ],
    ['no endpoint', { endpointSlices: [slice('web', 'IPv4', [])] }, 'NoEndpoints', 'NoEndpoints on n1, n2'],
    ['no peer', { peers: [] }, 'NoEligibleNode', 'no BGPPeer is for node n1'],
    [
      'no peer of the family',
      { peers: [peer('x', { peerAddress: '2001:db8::1' })] },
      'NoEligibleNode',
      'FamilyNotCarried on n1, n2',
    ],
    ['drained nodes', { nodes: [drained('n1'), drained('n2')] }, 'NoEligibleNode', 'NodeDraining on n1, n2'],
    ['silent speakers', { alive: new Set<string>() }, 'NoSpeaker', 'SpeakerSilent on n1, n2'],
    [
      'a speaker where it is drained',
      { nodes: [drained('n1'), node('n3')], speakers: [speaker('n1')] },
      'NoSpeaker',
      'InterfacesUnknown on n3',
    ],
    ['no speaker known', { speakers: [], nodes: [node('n1')] }, 'InterfacesUnknown', 'no SpeakerStatus is known'],
    ['text that is no address', { services: [holding(['nonsense'])] }, 'NoAddress', '"nonsense" is not an IP address'],
  ])('says why nobody does: %s', (_, given, reason, words) => {
    const plan = only(given);
    expect([plan?.nodes, plan?.reason]).toEqual([[], reason]);
    expect(plan?.message).toContain(words);
  });

  it('does not depend on the order of anything', () => {
    const peers = [peer('a'), peer('b'), peer('c', { peerAddress: '2001:db8::1', dualStackAddressFamily: true })];
    const advertisements = [
      advertisement('x', { peers: ['b'] }),
      advertisement('y', { peers: ['a', 'c'], localPref: 5 }),
    ];
    const services = [holding(['192.0.2.51', '2001:db8::1']), holding(['192.0.2.51'], service('api'))];
    const nodes = [drained('n1'), node('n2'), node('n3')];
    const expected = planRoutes(input({ peers, advertisements, services, nodes }));
    expect(expected).toHaveLength(3);
    const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length });
    fc.assert(
      fc.property(shuffled(peers), shuffled(advertisements), shuffled(services), shuffled(nodes), (p, a, s, n) => {
        expect(planRoutes(input({ peers: p, advertisements: a, services: s, nodes: n }))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

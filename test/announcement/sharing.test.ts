import { describe, expect, it } from 'vitest';
import type { AnnouncementInput } from '../../src/announcement/input.ts';
import { planAnnouncements } from '../../src/announcement/plan.ts';
import { advertisement, eth0, holding, input, link, nodeWith, service, slice, speaker } from './objects.ts';

// For 192.0.2.50 the hash ranks n3, n2, n1.
const address = '192.0.2.50';
const endpoint = (nodeName: string, ready = true) => ({ nodeName, conditions: { ready, serving: true } });
const forApp = (app: string, spec: object) =>
  advertisement({ serviceSelectors: [{ matchLabels: { app } }], ...spec }, app);
const onNode = (...names: readonly string[]) => ({
  nodeSelectors: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: names }] }],
});
const local = (name: string) => service(name, { externalTrafficPolicy: 'Local' }, { app: name });
const a = service('a', {}, { app: 'a' });
const b = service('b', {}, { app: 'b' });
const both = [holding([address], a), holding([address], b)];
const bothLocal = [holding([address], local('a')), holding([address], local('b'))];
const n1Owns = [speaker('n1', [eth0()], [address]), speaker('n2'), speaker('n3')];

function planned(given: Partial<AnnouncementInput>): readonly string[] {
  return planAnnouncements(input(given)).map(
    ({ service, reason, ranked }) => `${service} ${reason ?? ranked.map(({ node }) => node).join(' ')}`,
  );
}

describe('an address that Services share', () => {
  it.each<[string, Partial<AnnouncementInput>, readonly string[]]>([
    ['has one ranking', { services: both }, ['default/a n3 n2 n1', 'default/b n3 n2 n1']],
    [
      'needs a node selected for both',
      { services: both, advertisements: [forApp('a', onNode('n1', 'n2')), forApp('b', onNode('n1', 'n3'))] },
      ['default/a n1', 'default/b n1'],
    ],
    [
      'needs an endpoint of both',
      {
        services: bothLocal,
        endpointSlices: [
          slice('a', 'IPv4', [endpoint('n1'), endpoint('n2')]),
          slice('b', 'IPv4', [endpoint('n2'), endpoint('n3')]),
        ],
      },
      ['default/a n2', 'default/b n2'],
    ],
    [
      'is ranked by the worse endpoint',
      {
        services: bothLocal,
        endpointSlices: [
          slice('a', 'IPv4', [endpoint('n1'), endpoint('n2', false)]),
          slice('b', 'IPv4', [endpoint('n1'), endpoint('n2')]),
        ],
      },
      ['default/a n1 n2', 'default/b n1 n2'],
    ],
    [
      'is nowhere where no node does for both',
      { services: both, advertisements: [forApp('a', onNode('n1')), forApp('b', onNode('n2'))] },
      ['default/a NoEligibleNode', 'default/b NoEligibleNode'],
    ],
    [
      'stays with its holder where no node does for both',
      { services: both, advertisements: [forApp('a', onNode('n1')), forApp('b', onNode('n2'))], speakers: n1Owns },
      ['default/a n1', 'default/b n1'],
    ],
    [
      'moves from its holder where another node does for both',
      {
        services: both,
        advertisements: [forApp('a', onNode('n1', 'n2')), forApp('b', onNode('n2'))],
        speakers: n1Owns,
      },
      ['default/a n2', 'default/b n2'],
    ],
    [
      'is not held up by a Service without an advertisement',
      { services: both, advertisements: [forApp('a', {})] },
      ['default/a n3 n2 n1', 'default/b NoAdvertisement'],
    ],
    [
      'stays with a holder that is not Ready',
      {
        services: both,
        advertisements: [forApp('a', {}), forApp('b', {})],
        speakers: n1Owns,
        nodes: [nodeWith('n1', 'Ready', 'False')],
      },
      ['default/a n1 n3 n2', 'default/b n1 n3 n2'],
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toEqual(expected);
  });

  it('uses the interfaces that both may use', () => {
    const links = [eth0(), link('eth1', '192.0.2.12/24'), link('eth2', '192.0.2.13/24')];
    const plan = (forA: readonly string[], forB: readonly string[], owned: readonly string[] = []) => {
      const advertisements = [forApp('a', { interfaces: forA }), forApp('b', { interfaces: forB })];
      return planAnnouncements(input({ services: both, advertisements, speakers: [speaker('n1', links, owned)] }))[0];
    };
    expect(plan(['eth0', 'eth1'], ['eth1', 'eth2'])?.ranked[0]?.interfaces).toEqual(['eth1']);
    const apart = plan(['eth0'], ['eth2']);
    expect(apart?.reason).toBe('NoEligibleNode');
    expect(apart?.withheld[0]?.reason).toBe('InterfaceMissing');
    expect(apart?.withheld[0]?.detail).toContain('default/a: eth0; default/b: eth2');
    expect(plan(['eth0'], ['eth2'], [address])?.ranked[0]?.interfaces).toEqual(['eth0']);
  });

  it('counts the weights of an advertisement for both once', () => {
    const prefer = (weight: number) => ({ preferredNodeSelectors: [{ weight, preference: {} }] });
    const advertisements = [advertisement(prefer(1)), forApp('a', prefer(10)), forApp('b', prefer(20))];
    expect(planAnnouncements(input({ services: both, advertisements }))[0]?.ranked[0]?.weight).toBe(31);
  });

  it('names the Service that keeps a node out', () => {
    const given = { services: both, advertisements: [forApp('a', {}), forApp('b', onNode('n1'))] };
    const [plan] = planAnnouncements(input(given));
    expect(plan?.withheld.map(({ node, reason }) => [node, reason])).toEqual([
      ['n2', 'NodeNotSelected'],
      ['n3', 'NodeNotSelected'],
    ]);
    expect(plan?.withheld[0]?.detail).toMatch(/^for Service default\/b, which shares the address: the nodeSelectors/);
  });
});

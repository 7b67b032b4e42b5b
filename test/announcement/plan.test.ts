import { describe, expect, it } from 'vitest';
import type { AnnouncementInput } from '../../src/announcement/input.ts';
import { planAnnouncements } from '../../src/announcement/plan.ts';
import {
  advertisement,
  eth0,
  holding,
  input,
  link,
  newSpeaker,
  node,
  nodeWith,
  service,
  slice,
  speaker,
} from './objects.ts';

// For 192.0.2.50 the hash ranks n3, n2, n1.
const local = service('web', { externalTrafficPolicy: 'Local' });
const down = { ...eth0(), up: false };
const elsewhere = link('eth0', '198.51.100.11/24');
const drained = (name: string) => node(name, { annotations: { 'berth.dev/drain': '' } });
const endpoint = (nodeName: string, ready: boolean) => ({
  addresses: ['10.0.0.1'],
  nodeName,
  conditions: { ready, serving: true },
});
const labelled = (labels: Readonly<Record<string, string>>) => ({ matchLabels: labels });
const owns = (...names: readonly string[]) =>
  ['n1', 'n2', 'n3'].map((name) => speaker(name, [eth0()], names.includes(name) ? ['192.0.2.50'] : []));

/** The one plan as text: `ranked nodes` then `| node reason` for the withheld, or the reason before all that. */
function planned(given: Partial<AnnouncementInput>): string {
  const [plan] = planAnnouncements(input(given));
  if (!plan) throw new Error('no plan');
  const ranked = plan.ranked.map(({ node }) => node).join(' ');
  expect(plan.owner).toBe(plan.ranked[0]?.node);
  return [plan.reason ?? ranked, ...plan.withheld.map(({ node, reason }) => `${node} ${reason}`)].join(' | ');
}

describe('planAnnouncements', () => {
  it.each<[string, Partial<AnnouncementInput>, string]>([
    ['ranks by hash', {}, 'n3 n2 n1'],
    ['no Service', { services: [holding(['192.0.2.50'], service(), {})] }, 'n3 n2 n1'],
    [
      'no advertisement',
      { advertisements: [] },
      'NoAdvertisement | n1 NoAdvertisement | n2 NoAdvertisement | n3 NoAdvertisement',
    ],
    [
      'no advertisement of the Service',
      { advertisements: [advertisement({ serviceSelectors: [labelled({ app: 'x' })] })] },
      'NoAdvertisement | n1 ServiceNotSelected | n2 ServiceNotSelected | n3 ServiceNotSelected',
    ],
    ['nothing known', { speakers: [] }, 'InterfacesUnknown'],
    ['no speaker', { speakers: [], nodes: [node('n1')] }, 'InterfacesUnknown | n1 InterfacesUnknown'],
    ['neither speaker nor advertisement', { speakers: [], advertisements: [] }, 'InterfacesUnknown'],
    [
      'no speaker alive',
      { alive: new Set<string>() },
      'NoSpeaker | n1 SpeakerSilent | n2 SpeakerSilent | n3 SpeakerSilent',
    ],
    [
      'no speaker on the nodes that may',
      {
        nodes: [node('n1', { labels: { rack: 'a' } }), node('n4', { labels: { rack: 'b' } })],
        speakers: [speaker('n1')],
        advertisements: [advertisement({ nodeSelectors: [labelled({ rack: 'b' })] })],
      },
      'NoSpeaker | n1 NodeNotSelected | n4 InterfacesUnknown',
    ],
    ['one speaker silent', { alive: new Set(['n1', 'n2']) }, 'n2 n1 | n3 SpeakerSilent'],
    [
      'one speaker that has yet to report',
      { speakers: [speaker('n1'), newSpeaker('n3')] },
      'n1 | n3 InterfacesUnknown',
    ],
    ['a node without a speaker', { nodes: [node('n4')] }, 'n3 n2 n1 | n4 InterfacesUnknown'],
    ['alive without a report', { alive: new Set(['n1', 'n9']) }, 'n1 | n2 SpeakerSilent | n3 SpeakerSilent'],
    [
      'attachment',
      { speakers: [speaker('n1'), speaker('n2', [elsewhere]), speaker('n3', [down])] },
      'n1 | n2 OffSubnet | n3 InterfaceDown',
    ],
    [
      'nobody attached',
      { speakers: [speaker('n2', [elsewhere]), speaker('n3', [down])] },
      'NoEligibleNode | n2 OffSubnet | n3 InterfaceDown',
    ],
    [
      'a node selected by the label that the kubelet gives',
      { advertisements: [advertisement({ nodeSelectors: [labelled({ 'kubernetes.io/hostname': 'n1' })] })] },
      'n1 | n2 NodeNotSelected | n3 NodeNotSelected',
    ],
    ['an address that is none', { services: [holding(['192.0.2.256'])] }, 'NoAddress'],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });

  it.each<[string, Partial<AnnouncementInput>, string]>([
    ['keeps it', { speakers: owns('n1') }, 'n1 n3 n2'],
    [
      'keeps it against a greater weight',
      {
        speakers: owns('n1'),
        advertisements: [
          advertisement({
            preferredNodeSelectors: [{ weight: 9, preference: labelled({ 'kubernetes.io/hostname': 'n2' }) }],
          }),
        ],
      },
      'n1 n2 n3',
    ],
    ['keeps it by rank where several report so', { speakers: owns('n1', 'n2') }, 'n2 n3 n1'],
    ['loses it with its life', { speakers: owns('n1'), alive: new Set(['n2', 'n3']) }, 'n3 n2 | n1 SpeakerSilent'],
    ['keeps it while not Ready', { speakers: owns('n1'), nodes: [nodeWith('n1', 'Ready', 'False')] }, 'n1 n3 n2'],
    ['loses it by a drain', { speakers: owns('n1'), nodes: [drained('n1')] }, 'n3 n2 | n1 NodeDraining'],
    [
      'keeps it when all are drained',
      { speakers: owns('n1'), nodes: ['n1', 'n2', 'n3'].map(drained) },
      'n1 | n2 NodeDraining | n3 NodeDraining',
    ],
    [
      'keeps it by rank when all are drained',
      { speakers: owns('n1', 'n2'), nodes: ['n1', 'n2', 'n3'].map(drained) },
      'n2 | n1 NodeDraining | n3 NodeDraining',
    ],
    [
      'loses it with its selection though no node is left',
      {
        speakers: owns('n1'),
        advertisements: [advertisement({ nodeSelectors: [labelled({ rack: 'b' })] })],
      },
      'NoEligibleNode | n1 NodeNotSelected | n2 NodeNotSelected | n3 NodeNotSelected',
    ],
    [
      'loses it with its link though no node is left',
      {
        speakers: [speaker('n1', [down], ['192.0.2.50'])],
      },
      'NoEligibleNode | n1 InterfaceDown',
    ],
    [
      'drained, loses it with its link',
      {
        speakers: [speaker('n1', [down], ['192.0.2.50'])],
        nodes: [drained('n1')],
      },
      'NoEligibleNode | n1 NodeDraining',
    ],
  ])('a holder %s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });

  it.each<[string, Partial<AnnouncementInput>, string]>([
    ['takes nothing anew', { nodes: [nodeWith('n3', 'Ready', 'Unknown')] }, 'n2 n1 | n3 NodeNotReady'],
    [
      'takes nothing anew though no node is left',
      {
        nodes: ['n1', 'n2', 'n3'].map((name) => nodeWith(name, 'Ready', 'False')),
      },
      'NoEligibleNode | n1 NodeNotReady | n2 NodeNotReady | n3 NodeNotReady',
    ],
  ])('a node that is not Ready %s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });

  const localOn = (...endpoints: readonly object[]): Partial<AnnouncementInput> => ({
    services: [holding(['192.0.2.50'], local)],
    endpointSlices: [slice('web', 'IPv4', endpoints)],
  });

  it.each<[string, Partial<AnnouncementInput>, string]>([
    ['needs an endpoint', localOn(endpoint('n1', true), endpoint('n2', true)), 'n2 n1 | n3 NoLocalEndpoint'],
    [
      'takes a terminating one last',
      localOn(endpoint('n1', true), endpoint('n2', false)),
      'n1 n2 | n3 NoLocalEndpoint',
    ],
    [
      'moves when termination begins',
      {
        ...localOn(endpoint('n1', true), endpoint('n2', false)),
        speakers: owns('n2'),
      },
      'n1 n2 | n3 NoLocalEndpoint',
    ],
    [
      'stays while all terminate',
      {
        ...localOn(endpoint('n1', false), endpoint('n2', false)),
        speakers: owns('n1'),
      },
      'n1 n2 | n3 NoLocalEndpoint',
    ],
    [
      'moves after the endpoint',
      { ...localOn(endpoint('n2', true)), speakers: owns('n1') },
      'n2 | n1 NoLocalEndpoint | n3 NoLocalEndpoint',
    ],
    [
      'stays where the endpoint is out of reach',
      {
        ...localOn(endpoint('n9', true)),
        speakers: owns('n1'),
      },
      'n1 | n2 NoLocalEndpoint | n3 NoLocalEndpoint',
    ],
    [
      'does not start there',
      localOn(endpoint('n9', true)),
      'NoEligibleNode | n1 NoLocalEndpoint | n2 NoLocalEndpoint | n3 NoLocalEndpoint',
    ],
    [
      'not Ready and without an endpoint, the holder loses it',
      {
        ...localOn(endpoint('n2', true)),
        speakers: owns('n1'),
        nodes: [nodeWith('n1', 'Ready', 'False')],
      },
      'n2 | n1 NodeNotReady | n3 NoLocalEndpoint',
    ],
    ['without any endpoint every node answers', localOn(), 'n3 n2 n1'],
    ['without slices every node serves', { services: [holding(['192.0.2.50'], local)] }, 'n3 n2 n1'],
  ])('Local %s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });

  it('counts the endpoints of the family of each address', () => {
    const plans = planAnnouncements(
      input({
        services: [holding(['2001:db8::50', '192.0.2.50'], local)],
        endpointSlices: [slice('web', 'IPv4', [endpoint('n1', true)]), slice('web', 'IPv6', [endpoint('n2', true)])],
      }),
    );
    expect(plans.map(({ address, owner }) => [address, owner])).toEqual([
      ['192.0.2.50', 'n1'],
      ['2001:db8::50', 'n2'],
    ]);
  });

  it('writes addresses as RFC 5952 does, once, and knows a holder by any spelling', () => {
    const speakers = [speaker('n2', [eth0()], ['2001:DB8:0::50']), speaker('n3')];
    const services = [holding(['2001:0db8::0050', '2001:db8::50'])];
    const plans = planAnnouncements(input({ services, speakers }));
    expect(plans.map(({ address, owner }) => [address, owner])).toEqual([['2001:db8::50', 'n2']]);
  });

  it('says on which interfaces and with what weight', () => {
    const preferredNodeSelectors = [{ weight: 7, preference: {} }];
    const [plan] = planAnnouncements(input({ advertisements: [advertisement({ preferredNodeSelectors })] }));
    expect(plan?.ranked[0]).toEqual({ node: 'n3', interfaces: ['eth0'], weight: 7, localEndpoint: 'NotNeeded' });
  });

  it.each<[Partial<AnnouncementInput>, RegExp]>([
    [{}, /^node n3 announces it on eth0; n2 and n1 stand by$/],
    [{ speakers: [speaker('n1')] }, /^node n1 announces it on eth0; no other node may take it over$/],
    [{ speakers: owns('n1') }, /keeps it because it holds it, though n3 ranks before it; n3 and n2 stand by$/],
    [
      { speakers: owns('n1'), nodes: ['n1', 'n2', 'n3'].map(drained) },
      /no other node may take it, although node n1 is annotated/,
    ],
    [
      { speakers: [speaker('n1', [down]), speaker('n2', [down]), speaker('n3', [elsewhere])] },
      /^none of the 3 known nodes may announce it: InterfaceDown on n1, n2 \(.*\); OffSubnet on n3 \(.*\)$/,
    ],
    [
      { speakers: [], advertisements: [] },
      /run a speaker on the nodes.*; besides, no L2Advertisement covers pool public/,
    ],
    [{ services: [holding(['web'])] }, /"web" is not an IP address/],
  ])('explains itself: %#', (given, message) => {
    expect(planAnnouncements(input(given))[0]?.message).toMatch(message);
  });
});

import { describe, expect, it } from 'vitest';
import { bgpFaults } from '../../../src/announcement/bgp/advertisement-faults.ts';
import { readinessOf } from '../../../src/announcement/bgp/fault.ts';
import type { BgpObjects } from '../../../src/announcement/bgp/input.ts';
import { labelledNode } from '../../../src/announcement/nodes.ts';
import type { KubernetesObject } from '../../../src/api/object.ts';
import { holding, node, service } from '../objects.ts';
import { advertisement, community, objects, peer, pool } from './objects.ts';

const nodes = [
  labelledNode('n1', node('n1', { labels: { rack: 'a' } })),
  labelledNode('n2', node('n2', { labels: { rack: 'b' } })),
];
const web = holding(['192.0.2.50'], service('web', {}, { app: 'web' }));
const rack = (name: string) => ({ nodeSelectors: [{ matchLabels: { rack: name } }] });
const app = (name: string) => ({ serviceSelectors: [{ matchLabels: { app: name } }] });

function readiness(object: KubernetesObject, given: Partial<BgpObjects>) {
  return readinessOf(object, bgpFaults(objects(given), { nodes, services: [web] }));
}

/** What is said of the one advertisement. */
const alone = (spec: object, given: Partial<BgpObjects> = {}) => {
  const object = advertisement('ad', spec);
  return readiness(object, { advertisements: [object], ...given });
};

describe('an advertisement', () => {
  it('without a fault is Ready', () => {
    const spec = { ipAddressPools: ['public'], peers: ['tor'], communities: ['1:2', 'x'], aggregationLength: 24 };
    expect(alone(spec, { communities: [community('c', { x: '1:3' })] })).toEqual({
      status: 'True',
      reason: 'Ready',
      message: 'in force as its spec says',
    });
  });

  it.each<[string, object, string, string]>([
    [
      'a pool',
      { ipAddressPools: ['publik'] },
      'UnknownPool',
      'names publik, and there is no such IPAddressPool: did you mean public?',
    ],
    ['a peer', { peers: ['spine'] }, 'UnknownPeer', 'names spine, and there is no such BGPPeer: create it'],
    [
      'a community',
      { communities: ['1:2', 'x'] },
      'UnknownCommunity',
      'names x, and there is no such name in a Community',
    ],
    [
      'an aggregate past its entry',
      { aggregationLength: 23 },
      'NotSupported',
      'reach past 192.0.2.0/24 of IPAddressPool public',
    ],
    ['an IPv6 one', { aggregationLengthV6: 63 }, 'NotSupported', 'spec.aggregationLengthV6 63'],
  ])('names %s', (_, spec, reason, words) => {
    const found = alone(spec);
    expect([found.status, found.reason]).toEqual(['False', reason]);
    expect(found.message).toContain(words);
  });

  it('names all its faults', () => {
    const { reason, message } = alone({ ipAddressPools: ['x'], peers: ['y'], communities: ['z'] });
    expect(reason).toBe('UnknownPool');
    for (const name of ['x', 'y', 'z']) expect(message).toContain(`names ${name}`);
  });

  it('looks only at pools that it covers', () => {
    const pools = [pool('public', ['192.0.2.0/24']), pool('lan', ['10.0.0.0/30'])];
    expect(alone({ aggregationLength: 24, ipAddressPools: ['public'] }, { pools }).status).toBe('True');
    expect(alone({ aggregationLength: 24 }, { pools }).message).toContain('10.0.0.0/30 of IPAddressPool lan');
  });
});

describe('two advertisements that say different things', () => {
  const since = (month: number) => `2026-0${month}-01T00:00:00Z`;
  const pair = (older: object, younger: object, given: Partial<BgpObjects> = {}) => {
    const [a, b] = [
      advertisement({ name: 'z', creationTimestamp: since(1) }, older),
      advertisement({ name: 'a', creationTimestamp: since(2) }, younger),
    ];
    const all = { advertisements: [b, a], peers: [peer('tor'), peer('spine', { peerAddress: '192.0.2.2' })], ...given };
    return [readiness(a, all), readiness(b, all)];
  };

  it.each<[string, object, object]>([
    ['local preference', { localPref: 100 }, { localPref: 200 }],
    ['MED', { multiExitDisc: 0 }, { multiExitDisc: 1 }],
    ['prepending', { asPathPrepend: 1, localPref: 5 }, { asPathPrepend: 0, localPref: 5 }],
    ['for the same Services', { localPref: 1, ...app('web') }, { localPref: 2, ...app('web') }],
    ['for all Services and some', { localPref: 1 }, { localPref: 2, ...app('web') }],
    ['on a node in common', { localPref: 1 }, { localPref: 2, ...rack('b') }],
    ['to a peer in common', { localPref: 1, peers: ['tor', 'spine'] }, { localPref: 2, peers: ['spine'] }],
    [
      'of the same aggregates',
      { localPref: 1, aggregationLength: 24 },
      { localPref: 2, aggregationLength: 24, aggregationLengthV6: 64 },
    ],
  ])('%s: the younger is at fault', (_, older, younger) => {
    const [a, b] = pair(older, younger);
    expect(a).toMatchObject({ status: 'True' });
    expect(b).toMatchObject({ status: 'False', reason: 'ConflictingAttributes' });
    expect(b?.message).toContain('the older BGPAdvertisement z');
  });

  it.each<[string, object, object]>([
    ['what only one says', { localPref: 1 }, { multiExitDisc: 2 }],
    ['communities', { communities: ['1:1'] }, { communities: ['1:2'] }],
    ['other nodes', { localPref: 1, ...rack('a') }, { localPref: 2, ...rack('b') }],
    ['other peers', { localPref: 1, peers: ['tor'] }, { localPref: 2, peers: ['spine'] }],
    ['other pools', { localPref: 1, ipAddressPools: ['public'] }, { localPref: 2, ipAddressPools: ['lan'] }],
    ['other Services', { localPref: 1, ...app('web') }, { localPref: 2, ...app('api') }],
    ['Services that there are not', { localPref: 1 }, { localPref: 2, ...app('api') }],
    ['other lengths', { localPref: 1 }, { localPref: 2, aggregationLength: 24, aggregationLengthV6: 64 }],
  ])('of %s are both Ready', (_, older, younger) => {
    const pools = [pool('public'), pool('lan', ['10.0.0.0/24'])];
    expect(pair(older, younger, { pools }).map(({ status }) => status)).toEqual(['True', 'True']);
  });
});

describe('two Communities that name one name', () => {
  const jan = community({ name: 'z', creationTimestamp: '2026-01-01T00:00:00Z' }, { x: '1:1', y: '1:2' });
  const feb = (values: Readonly<Record<string, string>>) =>
    community({ name: 'a', creationTimestamp: '2026-02-01T00:00:00Z' }, values);

  it('with different values: the younger is at fault', () => {
    const young = feb({ x: '1:9', y: '1:2' });
    const communities = [young, jan];
    expect(readiness(jan, { communities }).status).toBe('True');
    expect(readiness(young, { communities })).toMatchObject({ reason: 'ConflictingAttributes' });
    expect(readiness(young, { communities }).message).toContain('"x", which is 1:1 in the older Community z');
    expect(readiness(young, { communities }).message).not.toContain('"y"');
  });

  it('with one value are both Ready', () => {
    const young = feb({ x: '1:1' });
    expect(readiness(young, { communities: [young, jan] }).status).toBe('True');
  });
});

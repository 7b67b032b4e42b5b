import { describe, expect, it } from 'vitest';
import type { BgpObjects } from '../../../src/announcement/bgp/input.ts';
import type { AdvertisedAttributes } from '../../../src/announcement/bgp/route-attributes.ts';
import { Endpoints } from '../../../src/announcement/endpoints.ts';
import { labelledNode } from '../../../src/announcement/nodes.ts';
import { AdjRibOut } from '../../../src/speaker/bgp/adj-rib-out/adj-rib-out.ts';
import { cursorOver } from '../../../src/speaker/bgp/adj-rib-out/portions.ts';
import { holding, node, nodeWith, service, slice } from '../objects.ts';
import { advertisement, community, n1, peer, pool, routesOf, text, told } from './objects.ts';

const NOBODY = new Endpoints([]);
const WEB = holding(['192.0.2.50']);

/** What the peer `tor` is told of 192.0.2.50, and why it is not. */
function outcome(given: Partial<BgpObjects>, held = WEB, endpoints = NOBODY, at = n1) {
  const routes = routesOf(given, at);
  routes.set(held, endpoints);
  return { told: told(routes), reasons: routes.withheld('default/web').map(({ reason, peer }) => [reason, peer]) };
}

const ready = (nodeName?: string) => ({ addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName });
const gone = (nodeName: string) => ({ addresses: ['10.0.0.1'], conditions: { ready: false }, nodeName });
const leaving = (nodeName: string) => ({ ...gone(nodeName), conditions: { ready: false, serving: true } });
const local = holding(['192.0.2.50'], service('web', { externalTrafficPolicy: 'Local' }));
const onN2 = { matchLabels: { 'kubernetes.io/hostname': 'n2' } };
const other = { matchLabels: { app: 'other' } };

describe('what a peer is to be told', () => {
  it('is each address of a family that it takes, of an advertisement that is for it', () => {
    const routes = routesOf({
      peers: [peer('a'), peer('b', { peerAddress: '192.0.2.2' })],
      advertisements: [
        advertisement('all', { peers: ['a'] }),
        advertisement('wide', { aggregationLength: 24, peers: ['a'] }),
      ],
    });
    routes.set(holding(['192.0.2.50', '192.0.2.51', '2001:db8::50']), NOBODY);
    const planned = [...routes.plannedFor('a')];
    const service = 'default/web';
    expect(planned).toEqual([
      { address: '192.0.2.50', service },
      { address: '192.0.2.51', service },
    ]);
    expect([[...routes.plannedFor('b')], [...routes.plannedFor('c')]]).toEqual([[], []]);
  });
});

describe('what a node advertises', () => {
  it('is each address by itself, to every peer', () => {
    const routes = routesOf({ peers: [peer('a'), peer('b', { peerAddress: '192.0.2.2' })] });
    routes.set(WEB, NOBODY);
    expect([told(routes, 'a'), told(routes, 'b'), told(routes, 'c')]).toEqual([
      ['192.0.2.50/32'],
      ['192.0.2.50/32'],
      [],
    ]);
  });

  it.each<[string, ReturnType<typeof outcome>, string]>([
    [
      'no advertisement of the pool',
      outcome({ advertisements: [advertisement('a', { ipAddressPools: ['lan'] })] }),
      'NoAdvertisement',
    ],
    [
      'other Services',
      outcome({ advertisements: [advertisement('a', { serviceSelectors: [other] })] }),
      'ServiceNotSelected',
    ],
    ['other nodes', outcome({ advertisements: [advertisement('a', { nodeSelectors: [onN2] })] }), 'NodeNotSelected'],
    ['no endpoint at all', outcome({}, WEB, new Endpoints([slice('web', 'IPv4', [])])), 'NoEndpoints'],
    ['no endpoint that serves', outcome({}, WEB, new Endpoints([slice('web', 'IPv4', [gone('n1')])])), 'NoEndpoints'],
    [
      'no endpoint of the family',
      outcome({}, WEB, new Endpoints([slice('web', 'IPv6', [ready('n1')])])),
      'NoEndpoints',
    ],
    ['Local and no endpoint', outcome({}, local, new Endpoints([slice('web', 'IPv4', [])])), 'NoEndpoints'],
    [
      'Local, served elsewhere',
      outcome({}, local, new Endpoints([slice('web', 'IPv4', [ready('n2')])])),
      'NoLocalEndpoint',
    ],
    [
      'Local, served nowhere in particular',
      outcome({}, local, new Endpoints([slice('web', 'IPv4', [ready()])])),
      'NoLocalEndpoint',
    ],
    ['no peer', outcome({ peers: [] }), 'NoPeer'],
    ['no peer here', outcome({ peers: [peer('tor', { nodeSelectors: [onN2] })] }), 'NoPeer'],
    ['a drained node', at('NodeDraining'), 'NodeDraining'],
    ['an excluded node', at('NodeExcluded'), 'NodeExcluded'],
    ['a node without network', at('NodeNetworkUnavailable'), 'NodeNetworkUnavailable'],
  ])('is nothing with %s', (_, { told, reasons }, reason) => {
    expect({ told, reasons }).toEqual({ told: [], reasons: [[reason, undefined]] });
  });

  function at(reason: string) {
    const excluded = { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } };
    const object =
      reason === 'NodeDraining'
        ? node('n1', { annotations: { 'berth.dev/drain': 'true' } })
        : reason === 'NodeExcluded'
          ? node('n1', excluded)
          : nodeWith('n1', 'NetworkUnavailable', 'True');
    return outcome({}, WEB, NOBODY, labelledNode('n1', object));
  }

  it.each<[string, ReturnType<typeof outcome>]>([
    ['endpoints on another node', outcome({}, WEB, new Endpoints([slice('web', 'IPv4', [ready('n2')])]))],
    ['nothing known of endpoints', outcome({}, local)],
    ['Local and an endpoint here', outcome({}, local, new Endpoints([slice('web', 'IPv4', [ready('n1')])]))],
    ['Local and one that terminates', outcome({}, local, new Endpoints([slice('web', 'IPv4', [leaving('n1')])]))],
    ['a node that is not Ready', outcome({}, WEB, NOBODY, labelledNode('n1', nodeWith('n1', 'Ready', 'False')))],
  ])('is the address with %s', (_, { told, reasons }) => {
    expect({ told, reasons }).toEqual({ told: ['192.0.2.50/32'], reasons: [] });
  });

  it('goes to the peers that the advertisement names, and over sessions that carry the family', () => {
    const routes = routesOf({
      peers: [peer('a'), peer('b', { peerAddress: '192.0.2.2' }), peer('c', { peerAddress: '2001:db8::1' })],
      advertisements: [advertisement('x', { peers: ['a', 'c'] })],
    });
    routes.set(WEB, NOBODY);
    expect(['a', 'b', 'c'].map((name) => told(routes, name))).toEqual([['192.0.2.50/32'], [], []]);
    expect(routes.withheld('default/web')).toMatchObject([
      {
        address: '192.0.2.50',
        peer: 'b',
        reason: 'PeerNotSelected',
        detail: expect.stringContaining('BGPAdvertisement x'),
      },
      { address: '192.0.2.50', peer: 'c', reason: 'FamilyNotCarried' },
    ]);
  });

  it('is for no peer where all that are named do not exist', () => {
    const { told, reasons } = outcome({ advertisements: [advertisement('a', { peers: ['gone'] })] });
    expect({ told, reasons }).toEqual({ told: [], reasons: [['PeerNotSelected', 'tor']] });
  });

  it('says in the reason why the only peer of the node has no session', () => {
    const nodeOverrides = [{ nodeSelector: {}, peerAddress: '2001:db8::1' }];
    const unfit = peer('tor', { sourceAddress: '192.0.2.11', nodeOverrides });
    const routes = routesOf({ peers: [unfit] });
    routes.set(WEB, NOBODY);
    expect(routes.withheld('default/web')[0]?.detail).toContain('sourceAddress 192.0.2.11 does not fit');
  });
});

describe('aggregates', () => {
  const wide = [advertisement('a', { aggregationLength: 26, aggregationLengthV6: 120 })];
  it.each<[string, readonly string[], string, string]>([
    ['an IPv4 address', ['192.0.2.0/24'], '192.0.2.70', '192.0.2.64/26'],
    ['an IPv6 address', ['2001:db8::/64'], '2001:db8::1ff', '2001:db8::100/120'],
    ['an address of an entry just as wide', ['192.0.2.64/26'], '192.0.2.70', '192.0.2.64/26'],
    ['by itself: the entry is narrower', ['192.0.2.64/27'], '192.0.2.70', '192.0.2.70/32'],
    ['by itself: the edge of a range', ['192.0.2.10-192.0.2.200'], '192.0.2.60', '192.0.2.60/32'],
    ['the middle of a range', ['192.0.2.10-192.0.2.200'], '192.0.2.70', '192.0.2.64/26'],
    ['by itself: two entries make it up', ['192.0.2.64/27', '192.0.2.96/27'], '192.0.2.70', '192.0.2.70/32'],
    ['by itself: the pool no longer has it', ['198.51.100.0/24'], '192.0.2.70', '192.0.2.70/32'],
    ['by itself: just past the end of the range', ['192.0.2.9-192.0.2.99'], '192.0.2.100', '192.0.2.100/32'],
  ])('%s', (_, addresses, address, expected) => {
    const all = peer('tor', { dualStackAddressFamily: true });
    const routes = routesOf({ peers: [all], advertisements: wide, pools: [pool('public', addresses)] });
    routes.set(holding([address]), NOBODY);
    expect(told(routes)).toEqual([expected]);
  });

  it('stay until the last address in them goes', () => {
    const routes = routesOf({ advertisements: wide });
    const change = (name: string, address: string) => routes.set(holding([address], service(name)), NOBODY).length;
    expect([change('a', '192.0.2.1'), change('b', '192.0.2.2'), change('a', '192.0.2.3')]).toEqual([1, 0, 0]);
    expect(routes.delete('default/b')).toEqual([]);
    expect(routes.delete('default/a').map(({ prefix, attributes }) => [text(prefix), attributes])).toEqual([
      ['192.0.2.0/26', undefined],
    ]);
  });

  it('stand beside the address itself where another advertisement asks for that', () => {
    const routes = routesOf({ advertisements: [...wide, advertisement('b', { communities: ['1:2'] })] });
    routes.set(WEB, NOBODY);
    expect([...routes.routesTo('tor')].map(([prefix, { communities }]) => [text(prefix), communities])).toEqual([
      ['192.0.2.0/26', []],
      ['192.0.2.50/32', [65538]],
    ]);
  });
});

describe('attributes', () => {
  function attributes(given: Partial<BgpObjects>, isShuttingDown = false): AdvertisedAttributes | undefined {
    const routes = routesOf(given, n1, isShuttingDown);
    routes.set(WEB, NOBODY);
    return [...routes.routesTo('tor')][0]?.[1];
  }
  const [jan, feb, mar] = ['01', '02', '03'].map((month) => `2026-${month}-01T00:00:00Z`);

  it('are none where nothing is said', () => {
    expect(attributes({})).toEqual({ communities: [], largeCommunities: [] });
  });

  it('are what the advertisement says', () => {
    const communities = ['64500:1', 'no-export', 'large:1:2:3', 'gone'];
    const said = { localPref: 200, multiExitDisc: 0, asPathPrepend: 2, communities };
    const named = community('c', { 'no-export': '65535:65281' });
    expect(attributes({ advertisements: [advertisement('a', said)], communities: [named] })).toEqual({
      ...{ localPref: 200, multiExitDisc: 0, prepend: 2 },
      communities: [4227072001, 4294967041],
      largeCommunities: [[1, 2, 3]],
    });
  });

  it('add up for communities; of the rest the oldest that says anything counts', () => {
    const advertisements = [
      advertisement(
        { name: 'young', creationTimestamp: mar },
        { localPref: 300, multiExitDisc: 3, communities: ['1:3', '1:1'] },
      ),
      advertisement({ name: 'old', creationTimestamp: jan }, { communities: ['1:1'] }),
      advertisement({ name: 'middle', creationTimestamp: feb }, { localPref: 200, communities: ['large:1:1:1'] }),
      advertisement('ageless', { multiExitDisc: 9, asPathPrepend: 1 }),
    ];
    const expected = {
      localPref: 200,
      multiExitDisc: 3,
      prepend: 1,
      communities: [65537, 65539],
      largeCommunities: [[1, 1, 1]],
    };
    expect(attributes({ advertisements })).toEqual(expected);
    expect(attributes({ advertisements: advertisements.toReversed() })).toEqual(expected);
  });

  it('of an advertisement for other peers do not count', () => {
    const advertisements = [
      advertisement('a', { localPref: 1, peers: ['other'] }),
      advertisement('b', { localPref: 2 }),
    ];
    expect(attributes({ advertisements })?.localPref).toBe(2);
  });

  it('say while a node shuts down that another way is to be preferred', () => {
    const drained = labelledNode('n1', node('n1', { annotations: { 'berth.dev/drain': 'true' } }));
    const advertisements = [advertisement('a', { communities: ['1:1'], localPref: 300 })];
    const routes = routesOf({ advertisements }, drained, true);
    routes.set(WEB, NOBODY);
    expect([...routes.routesTo('tor')][0]?.[1]).toMatchObject({ communities: [65537, 0xffff0000], localPref: 0 });
  });

  it('are what the Adj-RIB-Out takes', () => {
    const rib = new AdjRibOut();
    const routes = routesOf({ advertisements: [advertisement('a', { communities: ['large:1:2:3'], localPref: 5 })] });
    for (const { prefix, attributes: wanted } of routes.set(WEB, NOBODY)) {
      if (wanted !== undefined) rib.set(prefix, wanted);
    }
    for (const _ of rib.replacing(cursorOver([...routes.routesTo('tor')])));
    expect(told(routes)).toEqual(['192.0.2.50/32']);
  });
});

describe('changes', () => {
  it('of attributes alone are told, and no change is none', () => {
    const routes = routesOf({
      advertisements: [
        advertisement('a'),
        advertisement('b', { serviceSelectors: [{ matchLabels: { gold: '' } }], localPref: 200 }),
      ],
    });
    const web = (labels: Readonly<Record<string, string>>) => holding(['192.0.2.50'], service('web', {}, labels));
    const change = (labels: Readonly<Record<string, string>>) =>
      routes.set(web(labels), NOBODY).map(({ attributes }) => attributes?.localPref ?? 'none');
    expect([change({}), change({}), change({ gold: '' }), change({})]).toEqual([['none'], [], [200], ['none']]);
  });

  it('keep an address that Services share until none of them wants it', () => {
    const routes = routesOf();
    const [a, b] = [holding(['192.0.2.50'], service('a')), holding(['192.0.2.50'], service('b'))];
    const none = new Endpoints([slice('a', 'IPv4', []), slice('b', 'IPv4', [])]);
    expect([routes.set(a, NOBODY), routes.set(b, NOBODY), routes.set(a, none)].map(({ length }) => length)).toEqual([
      1, 0, 0,
    ]);
    expect(routes.set(b, none)).toMatchObject([{ peer: 'tor', attributes: undefined }]);
    expect(told(routes)).toEqual([]);
  });

  it('pass over what is no address', () => {
    expect(routesOf().set(holding(['nonsense', '192.0.2.50']), NOBODY)).toHaveLength(1);
  });
});

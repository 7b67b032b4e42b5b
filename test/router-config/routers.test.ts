import { describe, expect, it } from 'vitest';
import { PASSWORD_PLACEHOLDER, routersOf } from '../../src/router-config/routers.ts';
import { advertisement, community, peer, profile } from '../announcement/bgp/objects.ts';
import { input, node, router, speaker } from './objects.ts';

describe('routersOf', () => {
  it('has a neighbour for each node, at the address in the subnet of the router', () => {
    expect(router().neighbours).toEqual([
      { node: 'n1', address: '192.0.2.11', asNumber: 64500, isAdjacent: true },
      { node: 'n2', address: '192.0.2.12', asNumber: 64500, isAdjacent: true },
    ]);
  });

  it.each([
    ['the source address', { sourceAddress: '192.0.2.99' }, '192.0.2.99', true],
    ['the address in the subnet of the router', {}, '192.0.2.11', true],
    ['the InternalIP', { peerAddress: '198.51.100.1' }, '10.0.0.11', false],
    ['the InternalIP of the family', { peerAddress: '2001:db8:f::1' }, '2001:db8:a::11', false],
  ])('takes %s', (_, spec, address, isAdjacent) => {
    const { neighbours } = router({
      peers: [peer('tor', spec)],
      nodes: [node('n1', ['10.0.0.11', '2001:db8:a::11'])],
      speakers: [speaker('n1', ['192.0.2.11/24', 'nonsense'])],
    });
    expect(neighbours).toEqual([{ node: 'n1', asNumber: 64500, address, isAdjacent }]);
  });

  it('takes an address that is reported where there is no Node', () => {
    const speakers = [speaker('n1', ['2001:db8::1/64', '10.0.0.11/24'])];
    expect(router({ speakers }).neighbours).toMatchObject([{ address: '10.0.0.11', isAdjacent: false }]);
  });

  it.each([
    ['that its speaker reports there', { peerAddress: 'fe80::1' }, ['192.0.2.11/24', 'fe80::11/64'], 'fe80::11'],
    ['unless none is reported', { peerAddress: 'fe80::1' }, ['192.0.2.11/24'], undefined],
    ['unless it is found by router advertisements', { peerAddress: undefined }, ['fe80::11/64'], undefined],
  ])('knows a node on a link by the address %s', (_, spec, addresses, linkLocal) => {
    const peers = [peer('tor', { interface: 'eth0', ...spec })];
    const [neighbour] = router({ peers, speakers: [speaker('n1', addresses)] }).neighbours;
    expect(neighbour).toEqual({ node: 'n1', asNumber: 64500, address: undefined, linkLocal, isAdjacent: true });
  });

  it('names nodes that it has to leave out, and why', () => {
    const nodeOverrides = [{ nodeSelector: {}, peerAddress: '2001:db8::1' }];
    const unfit = peer('tor', { sourceAddress: '192.0.2.11', nodeOverrides });
    const found = routersOf('tor', input({ nodes: [node('n3')], peers: [unfit] }), {});
    expect(found.routers).toEqual([]);
    expect(found.missing.map((each) => each.node)).toEqual(['n1', 'n2', 'n3']);
    expect(found.missing[0]?.why).toContain('sourceAddress 192.0.2.11 does not fit');
    const without = routersOf('tor', input({ nodes: [node('n3')] }), {});
    expect(without.missing).toEqual([{ node: 'n3', why: expect.stringContaining('not known') }]);
  });

  it('takes only the source address of a session in a VRF, and says where there is none', () => {
    const inVrf = (spec: object) => routersOf('tor', input({ peers: [peer('tor', { vrf: 'red', ...spec })] }), {});
    const [found] = inVrf({ sourceAddress: '192.0.2.99' }).routers;
    expect(found?.neighbours[0]).toEqual({ node: 'n1', address: '192.0.2.99', asNumber: 64500, isAdjacent: true });
    expect(inVrf({}).routers).toEqual([]);
    expect(inVrf({}).missing[0]?.why).toContain('in the VRF red is not reported: set sourceAddress');
  });

  it('tells the routers apart that overrides make, and leaves out nodes that are not selected', () => {
    const nodes = ['a', 'b', 'c'].map((rack, index) => node(`n${index + 1}`, [`10.0.0.${index + 1}`], { rack }));
    const override = { nodeSelector: { matchLabels: { rack: 'b' } }, peerAddress: '192.0.2.2', peerASN: 64502 };
    const selectors = [{ matchExpressions: [{ key: 'rack', operator: 'In', values: ['a', 'b'] }] }];
    const spec = { nodeOverrides: [override], nodeSelectors: selectors };
    const { routers } = routersOf('tor', input({ nodes, speakers: [], peers: [peer('tor', spec)] }), {});
    expect(routers.map((each) => [each.address, each.asNumber, each.neighbours.map((at) => at.node)])).toEqual([
      ['192.0.2.1', 64501, ['n1']],
      ['192.0.2.2', 64502, ['n2']],
    ]);
  });

  it('turns BFD around: what the nodes want to send, the router has to receive', () => {
    const profiles = [profile('fast', { transmitInterval: 100, receiveInterval: 150, detectMultiplier: 4 })];
    const { bfd } = router({ profiles, peers: [peer('tor', { bfdProfile: 'fast' })] });
    expect(bfd).toEqual({ transmitInterval: 150, receiveInterval: 100, detectMultiplier: 4 });
  });

  it.each([
    ['nothing where there is none', {}, undefined, undefined],
    ['a placeholder', { password: 'hush' }, undefined, { text: PASSWORD_PLACEHOLDER, isPlaceholder: true }],
    ['the one that was chosen', { password: 'hush' }, 'hush', { text: 'hush', isPlaceholder: false }],
  ])('has for a password %s', (_, spec, password, wanted) => {
    expect(router({ peers: [peer('tor', spec)] }, { password }).password).toEqual(wanted);
  });

  it.each([
    ['the one of the peer', {}, 64501],
    ['our own where that is wanted', { peerASN: undefined, dynamicASN: 'internal' }, 64500],
    ['the one that was chosen', { peerASN: undefined, dynamicASN: 'external' }, 64999],
  ])('has for an AS number %s', (_, spec, asNumber) => {
    expect(router({ peers: [peer('tor', spec)] }, { asNumber: 64999 }).asNumber).toBe(asNumber);
  });

  it('expects of the nodes the AS number that they tell', () => {
    const { neighbours } = router({ peers: [peer('tor', { localASN: 65010 })] });
    expect(neighbours.map((each) => each.asNumber)).toEqual([65010, 65010]);
  });

  it('names the communities that routes to the peer may carry', () => {
    const given = {
      communities: [community('names', { gold: '64500:1' })],
      advertisements: [
        advertisement('a', { communities: ['gold', '64500:2'] }),
        advertisement('b', { communities: ['64500:3'], peers: ['other'] }),
      ],
    };
    expect(router(given).communities).toEqual(['64500:1', '64500:2']);
  });
});

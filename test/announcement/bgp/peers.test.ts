import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../../src/announcement/bgp/fault.ts';
import { Peers } from '../../../src/announcement/bgp/peers.ts';
import { labelledNode } from '../../../src/announcement/nodes.ts';
import type { BGPPeer } from '../../../src/api/bgp-peer.ts';
import { node } from '../objects.ts';
import { n1, peer, profile } from './objects.ts';

const rackB = { matchLabels: { rack: 'b' } };
const b1 = labelledNode('b1', node('b1', { labels: { rack: 'b' } }));

function peers(list: readonly BGPPeer[], secrets?: ReadonlyMap<string, readonly string[]>): Peers {
  return new Peers({ peers: list, profiles: [profile('fast', { receiveInterval: 50, passiveMode: true })], secrets });
}

const session = (spec: object, at = n1) => peers([peer('tor', spec)]).on(at).peerings[0];

describe('the session of a peer', () => {
  it('has the defaults where the peer says no more than it must', () => {
    const { bgpIdentifier, ...rest } = session({}) ?? { bgpIdentifier: 0 };
    expect(bgpIdentifier).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(rest))).toEqual({
      ...{ peer: 'tor', address: '192.0.2.1', port: 179, localAs: 64500, peerAs: 64501 },
      ...{ holdTime: 90, connectRetryTime: 10, passive: false, multihop: false },
      ...{ families: ['IPv4'], extendedNextHop: false },
    });
  });

  it.each<[string, object, object]>([
    ['another AS number of ours', { localASN: 64510 }, { localAs: 64510 }],
    ['any AS number of the peer', { peerASN: undefined, dynamicASN: 'internal' }, { peerAs: 'internal' }],
    ['a keepalive time alone', { keepaliveTime: '5s' }, { keepaliveTime: 5, holdTime: 15 }],
    [
      'times',
      { holdTime: '9s', sendHoldTime: '1m', connectTime: '2m' },
      { holdTime: 9, sendHoldTime: 60, connectRetryTime: 120 },
    ],
    ['no hold time', { holdTime: '0s' }, { holdTime: 0 }],
    ['graceful restart', { enableGracefulRestart: true }, { gracefulRestartTime: 120 }],
    ['its time without it', { gracefulRestartTime: '5s' }, { gracefulRestartTime: undefined }],
    ['an identifier', { routerID: '192.0.2.11' }, { bgpIdentifier: 0xc000020b }],
    ['passive', { passive: true }, { passive: true }],
    ['more hops', { ebgpMultiHop: true }, { multihop: true }],
    ['TTL security', { ttlSecurityHops: 1 }, { ttlSecurityHops: 1 }],
    [
      'both families over IPv4',
      { dualStackAddressFamily: true },
      { families: ['IPv4', 'IPv6'], extendedNextHop: false },
    ],
    ['IPv6', { peerAddress: '2001:DB8::1' }, { address: '2001:db8::1', families: ['IPv6'], extendedNextHop: false }],
    [
      'both families over IPv6',
      { peerAddress: '2001:db8::1', dualStackAddressFamily: true },
      { families: ['IPv4', 'IPv6'], extendedNextHop: true },
    ],
    [
      'a link-local address',
      { peerAddress: 'fe80::1', interface: 'eth1' },
      { address: 'fe80::1', interface: 'eth1', families: ['IPv4', 'IPv6'], extendedNextHop: true },
    ],
    ['a password', { password: 'x' }, { password: { from: 'Spec', password: 'x' } }],
    ['a Secret', { passwordSecret: { name: 's' } }, { password: { from: 'Secret', name: 's' } }],
    ['a file', { passwordFile: '/k' }, { password: { from: 'File', path: '/k' } }],
    [
      'BFD',
      { bfdProfile: 'fast' },
      { bfd: { receiveInterval: 50, transmitInterval: 300, detectMultiplier: 3, passive: true, minimumTtl: 254 } },
    ],
    ['a BFD profile that does not exist: without BFD', { bfdProfile: 'slow' }, { bfd: undefined }],
  ])('follows %s', (_, spec, expected) => {
    expect(session(spec)).toMatchObject(expected);
  });

  it('has an identifier of the node where none is set: its internal IPv4 address, or one of its name', () => {
    const addresses = [
      { type: 'ExternalIP', address: '203.0.113.9' },
      { type: 'InternalIP', address: '2001:db8::1' },
      { type: 'InternalIP', address: '192.0.2.77' },
    ];
    expect(session({}, labelledNode('n1', node('n1', {}, { status: { addresses } })))?.bgpIdentifier).toBe(0xc000024d);
    expect(session({})?.bgpIdentifier).toBe(session({ localASN: 1 })?.bgpIdentifier);
    expect(session({})?.bgpIdentifier).not.toBe(session({}, labelledNode('n2', undefined))?.bgpIdentifier);
  });
});

describe('overrides', () => {
  const nodeOverrides = [
    { nodeSelector: rackB, peerAddress: '198.51.100.1', peerASN: 64502, myASN: 64520 },
    { nodeSelector: {}, peerAddress: 'fe80::1', interface: 'eth1' },
  ];

  it('apply to the nodes that they select, the first one alone', () => {
    const [there, here] = [session({ nodeOverrides }, b1), session({ nodeOverrides })];
    expect(there).toMatchObject({ address: '198.51.100.1', peerAs: 64502, localAs: 64520, interface: undefined });
    expect(here).toMatchObject({ address: 'fe80::1', interface: 'eth1', peerAs: 64501, localAs: 64500 });
  });

  it('replace any AS number by one', () => {
    const spec = { peerASN: undefined, dynamicASN: 'external', nodeOverrides };
    expect([session(spec, b1)?.peerAs, session(spec)?.peerAs]).toEqual([64502, 'external']);
  });

  it('with a source address that no longer fits: no session, and the peer says so', () => {
    const unfit = peer('tor', {
      sourceAddress: '192.0.2.11',
      nodeOverrides: [{ nodeSelector: rackB, peerAddress: '2001:db8::1' }],
    });
    const all = peers([unfit]);
    expect([all.on(n1).peerings.length, all.on(b1).peerings.length]).toEqual([1, 0]);
    expect(readinessOf(unfit, all.faults([n1]))).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(readinessOf(unfit, all.faults([n1, b1]))).toMatchObject({ status: 'False', reason: 'NotSupported' });
  });
});

describe('which peers a node has', () => {
  it('is said by their nodeSelectors', () => {
    const all = peers([peer('z'), peer('b', { peerAddress: '192.0.2.2', nodeSelectors: [rackB] })]);
    expect(all.on(n1).peerings.map(({ peer }) => peer)).toEqual(['z']);
    expect(all.on(b1).peerings.map(({ peer }) => peer)).toEqual(['b', 'z']);
  });

  it('two at one address in different VRFs are two', () => {
    const all = peers([peer('a'), peer('b', { vrf: 'red' }), peer('c', { vrf: 'blue' }), peer('d', { vrf: 'red' })]);
    expect(all.on(n1).peerings.map(({ peer, vrf }) => [peer, vrf])).toEqual([
      ['a', undefined],
      ['b', 'red'],
      ['c', 'blue'],
    ]);
    expect(all.on(n1).barred.map(({ peer }) => peer)).toEqual(['d']);
  });

  it('of two that would be one connection the older has it, and the other says so', () => {
    const old = peer({ name: 'z', creationTimestamp: '2026-01-01T00:00:00Z' });
    const young = peer({ name: 'a', creationTimestamp: '2026-01-02T00:00:00Z' }, { peerAddress: '192.0.2.1' });
    const otherPort = peer('b', { peerPort: 1179 });
    const all = peers([young, otherPort, old]);
    expect(all.on(n1).peerings.map(({ peer }) => peer)).toEqual(['b', 'z']);
    expect(readinessOf(young, all.faults([n1]))).toMatchObject({ reason: 'ConflictingAttributes' });
    expect(readinessOf(young, all.faults([n1])).message).toContain('older BGPPeer z');
    expect(readinessOf(old, all.faults([n1])).status).toBe('True');
  });
});

describe('two peers at one address', () => {
  const old = peer({ name: 'z', creationTimestamp: '2026-01-01T00:00:00Z' });
  const onLink = (name: string, link: string, more: object = {}) => {
    return peer(
      { name, creationTimestamp: '2026-01-02T00:00:00Z' },
      { peerAddress: 'fe80::1', interface: link, ...more },
    );
  };

  it('with different ports: who connects is the older one, and the other says that its own connections have to do', () => {
    const young = peer('a', { peerPort: 1179 });
    const all = peers([young, old]);
    expect(all.on(n1).peerings.map(({ peer, outgoingOnly }) => [peer, outgoingOnly])).toEqual([
      ['a', true],
      ['z', undefined],
    ]);
    expect(readinessOf(old, all.faults([n1])).status).toBe('True');
    const { reason, message } = readinessOf(young, all.faults([n1]));
    expect(reason).toBe('ConflictingAttributes');
    expect(message).toMatch(
      /older BGPPeer z, and which of the two .* this session comes up by our own alone: give each/,
    );
  });

  it('with different ports, the younger one passive: it has no session, and says so', () => {
    const young = peer('a', { peerPort: 1179, passive: true });
    const all = peers([young, old]);
    expect(all.on(n1).peerings.map(({ peer }) => peer)).toEqual(['z']);
    expect(readinessOf(young, all.faults([n1]))).toMatchObject({ status: 'False', reason: 'ConflictingAttributes' });
  });

  it.each<[string, object, object, boolean]>([
    ['no password', {}, {}, false],
    ['one password', { passwordSecret: { name: 's' } }, { passwordSecret: { name: 's' } }, false],
    ['two passwords', { passwordSecret: { name: 's' } }, { passwordSecret: { name: 't' } }, true],
    ['a password for one', { passwordSecret: { name: 's' } }, {}, true],
  ])('on two interfaces, with %s: the kernel knows keys by the address alone', (_, one, other, isLimited) => {
    const [a, b] = [onLink('a', 'eth0', one), onLink('b', 'eth1', other)];
    const all = peers([a, b]);
    expect(all.on(n1).peerings.map(({ outgoingOnly }) => outgoingOnly ?? false)).toEqual([false, isLimited]);
    expect(readinessOf(a, all.faults([n1])).status).toBe('True');
    const { status, message } = readinessOf(b, all.faults([n1]));
    expect(status).toBe(isLimited ? 'False' : 'True');
    if (isLimited) expect(message).toMatch(/fe80::1, as is the older BGPPeer a, and the kernel has one password/);
  });

  it('in different VRFs are strangers to one another', () => {
    const all = peers([old, peer('a', { vrf: 'red', peerPort: 1179, passwordSecret: { name: 's' } })]);
    expect(all.on(n1).limited).toEqual([]);
  });
});

describe('an unnumbered peer', () => {
  const byInterface = { peerAddress: undefined, interface: 'eth0' };

  it('has no address, and carries both families, IPv4 with IPv6 next hops', () => {
    const both = { address: undefined, interface: 'eth0', families: ['IPv4', 'IPv6'], extendedNextHop: true };
    expect(session(byInterface)).toMatchObject(both);
    expect(peers([peer('tor', byInterface)]).faults([n1])).toEqual([]);
  });

  it.each([
    ['one at a link-local address there', { peerAddress: 'fe80::1', interface: 'eth0' }, true],
    ['another unnumbered one there', byInterface, true],
    ['one on another interface', { peerAddress: 'fe80::1', interface: 'eth1' }, false],
    ['one at another port', { ...byInterface, peerPort: 1179 }, false],
    ['one at an address of its own', {}, false],
  ])('might be %s', (_name, spec, isOne) => {
    const old = peer({ name: 'z', creationTimestamp: '2026-01-01T00:00:00Z' }, byInterface);
    const young = peer({ name: 'a', creationTimestamp: '2026-01-02T00:00:00Z' }, spec);
    for (const all of [
      [old, young],
      [young, old],
    ]) {
      expect(
        peers(all)
          .on(n1)
          .barred.map(({ peer }) => peer),
      ).toEqual(isOne ? ['a'] : []);
    }
  });

  it('with the source address of another place has no session', () => {
    const nodeOverrides = [{ nodeSelector: {}, interface: 'eth0' }];
    const { barred } = peers([peer('tor', { sourceAddress: '192.0.2.11', nodeOverrides })]).on(n1);
    expect(barred[0]?.detail).toContain('sourceAddress 192.0.2.11 does not fit the peer on eth0');
  });
});

describe('what is wrong with a peer', () => {
  const secret = (keys: readonly string[] | undefined) => new Map(keys === undefined ? [] : [['tor', keys]]);
  it.each<[string, object, ReadonlyMap<string, readonly string[]> | undefined, string | undefined]>([
    ['an unknown profile', { bfdProfile: 'fest' }, undefined, 'UnknownProfile: did you mean fast?'],
    ['a known one', { bfdProfile: 'fast' }, undefined, undefined],
    ['no such Secret', { passwordSecret: { name: 'tor' } }, secret(undefined), 'SecretMissing: does not exist'],
    [
      'a Secret without the key',
      { passwordSecret: { name: 'tor' } },
      secret(['key']),
      'SecretMissing: no key "password"',
    ],
    ['a good Secret', { passwordSecret: { name: 'tor' } }, secret(['password']), undefined],
    ['a Secret that cannot be seen', { passwordSecret: { name: 'tor' } }, undefined, undefined],
    [
      'two at once',
      { bfdProfile: 'x', passwordSecret: { name: 'tor' } },
      secret(undefined),
      'UnknownProfile: berth-system/tor',
    ],
  ])('%s', (_, spec, secrets, expected) => {
    const object = peer('tor', spec);
    const { status, reason, message } = readinessOf(object, peers([object], secrets).faults([n1]));
    const [wanted = 'Ready', words = ''] = expected?.split(': ') ?? [];
    expect([status, reason]).toEqual([expected === undefined ? 'True' : 'False', wanted]);
    expect(message).toContain(words);
  });
});

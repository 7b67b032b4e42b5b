import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { explainPeer } from '../../src/explain/peer.ts';
import type { SituationInput } from '../../src/explain/situation.ts';
import { advertisement as bgp, peer, profile } from '../announcement/bgp/objects.ts';
import { node, speaker } from '../announcement/objects.ts';
import { NOW, situation, speakerLease } from './situations.ts';

const SINCE = '2026-01-01T11:00:00Z';

/** A speaker in 192.0.2.0/24 that reports a session with `tor`. */
function reporting(name: string, session: object, more: object = {}): KubernetesObject {
  const { status, ...rest } = speaker(name);
  const whole = { peer: 'tor', address: '192.0.2.1', state: 'Established', since: SINCE, advertised: 3, ...session };
  return { ...rest, ...{ status: { ...status, sessions: [whole], ...more } } };
}

const failed = (cause: string, text: string, more: object = {}) => ({
  ...{ state: 'Active', advertised: 0, lastError: { code: 0, subcode: 0, cause, text, at: SINCE } },
  ...more,
});

function explained(objects: readonly KubernetesObject[], spec: object = {}, rest: Partial<SituationInput> = {}) {
  const tor = peer('tor', spec);
  const found = explainPeer(tor, situation([tor, bgp(), ...objects], rest));
  const { summary, findings } = found;
  return { ...found, reasons: [summary, ...findings].filter(({ ok }) => !ok).map(({ reason }) => reason) };
}

describe('explainPeer', () => {
  it('is content with sessions that are Established', () => {
    const { summary, findings, peer: details } = explained([reporting('n1', {}), reporting('n2', {})]);
    expect(summary).toMatchObject({ ok: true, reason: 'Established', message: 'Established with nodes n1, n2' });
    expect(findings).toEqual([]);
    expect(details).toMatchObject({
      router: '192.0.2.1',
      routerAS: 64501,
      isGraceful: false,
      advertisements: ['default'],
    });
    expect(details?.sessions.map((each) => [each.node, each.state, each.advertised])).toEqual([
      ['n1', 'Established', 3],
      ['n2', 'Established', 3],
    ]);
  });

  it.each([
    ['Refused', 'TCP: connection refused', /On the router: switch BGP on/],
    ['PasswordMismatch', 'TCP: no answer', /same password on both sides/],
    ['WrongAS', 'sent: OPEN Message Error / Bad Peer AS', /spec.peerASN is the router's/],
    ['HoldTimeRefused', 'received: OPEN Message Error', /spec.holdTime/],
    ['CapabilityMissing', 'sent: OPEN Message Error', /activate the families/],
    ['Collision', 'received: Cease', /spec.passive/],
    ['TTLTooLow', 'TCP: no answer', /TTL security/],
    ['NoPassword', 'the Secret tor is not there', /Create the Secret/],
    ['NobodyConnects', 'waits for the router to connect', /connects by itself .* Or take spec\.passive out/],
    ['OtherAddressConnects', 'who did, from 192.0.2.7', /update-source/],
    ['NotListening', 'another process has it', /Free TCP port 179/],
  ])('says of %s what to do on which side', (cause, text, remedy) => {
    const { summary } = explained([reporting('n1', failed(cause, text)), reporting('n2', {})]);
    expect(summary).toMatchObject({ ok: false, reason: cause, message: `node n1: ${text}` });
    expect(summary.remedy).toMatch(remedy);
  });

  it('puts nodes with one and the same fault together, the most frequent fault first', () => {
    const objects = [
      reporting('n1', failed('WrongAS', 'a')),
      ...['n2', 'n3', 'n4', 'n5', 'n6', 'n7'].map((name) => reporting(name, failed('Refused', 'b'))),
    ];
    const { summary, findings } = explained(objects);
    expect(summary.message).toBe('nodes n2, n3, n4, n5, n6 and 1 more: b');
    expect(findings.map(({ reason }) => reason)).toEqual(['WrongAS']);
  });

  it.each([
    ['NoAnswer', {}, 'NotAdjacent'],
    ['NoRoute', {}, 'NotAdjacent'],
    ['NobodyConnects', { passive: true }, 'NotAdjacent'],
    ['NobodyConnects', { passive: true, ebgpMultiHop: true }, 'NobodyConnects'],
    ['NoAnswer', { ebgpMultiHop: true }, 'NoAnswer'],
    ['NoAnswer', { ttlSecurityHops: 2 }, 'NoAnswer'],
    ['NoAnswer', { peerASN: 64500 }, 'NoAnswer'],
    ['WrongAS', {}, 'WrongAS'],
  ])('of a router in no subnet of the node that gave %s with %j says %s', (cause, spec, reason) => {
    const far = { address: '203.0.113.1', ...failed(cause, 'x') };
    const { summary } = explained([reporting('n1', far)], { peerAddress: '203.0.113.1', ...spec });
    expect(summary.reason).toBe(reason);
  });

  it.each<[string, readonly KubernetesObject[], object, readonly string[]]>([
    ['no node at all', [], {}, ['NoNode']],
    [
      'a node that is not selected',
      [reporting('n1', {})],
      { nodeSelectors: [{ matchLabels: { a: 'b' } }] },
      ['NoNode'],
    ],
    ['a node without a speaker', [node('n1')], {}, ['NotReported']],
    [
      'a peer that cannot be had',
      [reporting('n1', {})],
      { sourceAddress: '192.0.2.11', nodeOverrides: [{ nodeSelector: {}, peerAddress: '2001:db8::1' }] },
      ['NotSupported', 'Barred'],
    ],
    ['a VRF that is not there', [reporting('n1', failed('NoVRF', 'no red'))], { vrf: 'red' }, ['NoVRF']],
    [
      'a router in a VRF, whose interfaces nobody reports',
      [reporting('n1', failed('NoAnswer', 'nobody'))],
      { vrf: 'red', peerAddress: '203.0.113.1' },
      ['NoAnswer'],
    ],
    ['a session that tells of nothing', [reporting('n1', { state: 'Connect', advertised: 0 })], {}, ['Connecting']],
    ['a word that is not known here', [reporting('n1', failed('Novel', 'x'))], {}, ['Connecting']],
    ['nothing to advertise', [reporting('n1', { advertised: 0 })], {}, ['NoRoutes']],
    ['a profile that is not there', [reporting('n1', {})], { bfdProfile: 'x' }, ['UnknownProfile']],
  ])('of %s it says so', (_, objects, spec, reasons) => {
    expect(explained(objects, spec).reasons).toEqual(reasons);
  });

  describe('of a family that an Established session does not carry', () => {
    const text = 'the router did not offer IPv6: the session carries IPv4 alone';
    const notCarried = [{ family: 'IPv6', reason: 'FamilyNotNegotiated', text }];
    const session = { families: ['IPv4'], notCarried, advertised: 0 };
    const needed = { reason: 'FamilyNotNegotiated', count: 1, examples: ['2001:db8::1 default/web'], peer: 'tor' };

    it('says so where an address needs it', () => {
      const { summary, reasons, peer: details } = explained([reporting('n1', session, { withheld: [needed] })]);
      expect(summary).toMatchObject({ ok: false, reason: 'FamilyNotNegotiated', message: `node n1: ${text}` });
      expect(summary.remedy).toMatch(/^On the router: activate the family/);
      expect(reasons).toEqual(['FamilyNotNegotiated']);
      expect(details?.sessions[0]).toMatchObject({ families: ['IPv4'], notCarried });
    });

    it('is content where none does', () => {
      const { summary, peer: details } = explained([reporting('n1', { ...session, advertised: 3 })]);
      expect(summary).toMatchObject({ ok: true, reason: 'Established' });
      expect(details?.sessions[0]).toMatchObject({ families: ['IPv4'], notCarried });
    });

    it('believes a speaker of another version that knows other reasons', () => {
      const other = [{ family: 'IPv6', reason: 'Novel', text: 'x' }];
      const withheld = [{ ...needed, reason: 'Novel' }];
      const { summary } = explained([reporting('n1', { ...session, notCarried: other }, { withheld })]);
      expect(summary).toMatchObject({ ok: false, reason: 'Novel', message: 'node n1: x', remedy: null });
    });
  });

  it('says which routes do not fit a message', () => {
    const oversized = { count: 7, examples: ['192.0.2.1/32', '192.0.2.2/32'] };
    const { summary } = explained([reporting('n1', { oversized })]);
    expect(summary).toMatchObject({
      ...{ ok: false, reason: 'AttributesTooLong' },
      message: 'node n1: it is not told of 192.0.2.1/32, 192.0.2.2/32, 7 in all',
    });
  });

  it('tells of BFD that does not guard a session', () => {
    const objects = [profile('fast'), reporting('n1', { bfd: 'Down' }), reporting('n2', { bfd: 'Up' })];
    const { summary } = explained(objects, { bfdProfile: 'fast' });
    expect(summary).toMatchObject({ reason: 'NoBFD', message: 'node n1: BFD is Down' });
  });

  it('takes what a silent speaker reported for what was last seen', () => {
    const leases = [speakerLease('n1', 60), speakerLease('n2', 1)];
    const objects = [reporting('n1', {}), reporting('n2', {}), ...leases];
    const { summary, peer: details } = explained(objects, {}, { now: NOW });
    expect(summary).toMatchObject({ reason: 'SpeakerSilent', ok: false });
    expect(details?.sessions.map(({ isSilent }) => isSilent)).toEqual([true, false]);
  });

  it('believes the condition of a Secret that it does not look at', () => {
    const tor = peer('tor', { passwordSecret: { name: 'key' } });
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'SecretMissing',
      message: 'no key',
      lastTransitionTime: SINCE,
    } as const;
    const stored = { ...tor, ...{ status: { conditions: [condition] } } };
    const { summary, peer: details } = explainPeer(stored, situation([stored, bgp(), reporting('n1', {})]));
    expect(summary).toMatchObject({ reason: 'SecretMissing', message: 'no key' });
    expect(details?.ready.agrees).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { type AdvertisedFacts, advertisedVerdict } from '../../../src/announcement/bgp/advertised.ts';
import type { RoutePlan } from '../../../src/announcement/bgp/route-plan.ts';
import type { Life } from '../../../src/announcement/life.ts';

const PLAN: RoutePlan = {
  address: '192.0.2.50',
  service: 'default/web',
  protocol: 'bgp',
  nodes: [
    { node: 'n1', peers: ['a', 'b'] },
    { node: 'n2', peers: ['a'] },
  ],
  reason: null,
  message: '',
  withheld: [],
};

/** Sessions that are Established, such as `n1 a`; the others are not. */
function facts(established: readonly string[], lives: Readonly<Record<string, Life>> = {}): AdvertisedFacts {
  return {
    lifeOf: (node) => lives[node] ?? 'Alive',
    sessionsOf: (node) =>
      ['a', 'b'].map((peer) => {
        const isUp = established.includes(`${node} ${peer}`);
        const lastError = { code: 4, subcode: 0, text: 'sent: Hold Timer Expired', at: '' };
        const rest = { peer, address: '192.0.2.1', since: '', advertised: 1 };
        return isUp ? { ...rest, state: 'Established' } : { ...rest, state: 'Idle', lastError };
      }),
  };
}

/** All Established, those named such as `n1 a` without the family. */
function without(
  family: 'IPv4' | 'IPv6',
  named: readonly string[],
  lives?: Parameters<typeof facts>[1],
): AdvertisedFacts {
  const all = facts(['n1 a', 'n1 b', 'n2 a'], lives);
  const other = family === 'IPv4' ? 'IPv6' : 'IPv4';
  const text = `the router did not offer ${family}`;
  const sessionsOf = (node: string) =>
    all.sessionsOf(node).map((session) => {
      if (!named.includes(`${node} ${session.peer}`))
        return { ...session, families: ['IPv4' as const, 'IPv6' as const] };
      return { ...session, families: [other], notCarried: [{ family, reason: 'FamilyNotNegotiated', text }] } as const;
    });
  return { ...all, sessionsOf };
}

const UNTOLD = /node n1 does not advertise it to b \(FamilyNotNegotiated\): the router did not offer IPv4$/;

describe('advertisedVerdict', () => {
  it.each<[string, AdvertisedFacts, string, boolean, RegExp]>([
    [
      'all are told',
      facts(['n1 a', 'n1 b', 'n2 a']),
      'Announced',
      true,
      /n1 advertises it to a; .* n2 advertises it to a$/,
    ],
    ['one is not', facts(['n1 a', 'n2 a']), 'Announced', false, /n1 with b is Idle \(sent: Hold Timer Expired\)/],
    ['none is', facts([]), 'NoSession', false, /n2 with a is Idle/],
    ['a speaker is silent', facts(['n1 a', 'n1 b', 'n2 a'], { n2: 'Silent' }), 'Announced', false, /n2 has stopped/],
    ['all are silent', facts(['n1 a'], { n1: 'Silent', n2: 'Silent' }), 'SpeakerSilent', false, /n1 has stopped/],
    ['one session does not carry the family', without('IPv4', ['n1 b']), 'Announced', false, UNTOLD],
    ['none does', without('IPv4', ['n1 a', 'n1 b', 'n2 a']), 'NoSession', false, /n1 does not advertise it to a/],
    [
      'those that do not carry it are of a silent speaker',
      without('IPv4', ['n1 a', 'n1 b', 'n2 a'], { n1: 'Silent', n2: 'Undetermined' }),
      'NoSession',
      false,
      /n2 does not advertise it/,
    ],
    ['the other family is not carried', without('IPv6', ['n1 a', 'n1 b', 'n2 a']), 'Announced', true, /^node n1 adv/],
    ['it is too early to say', facts(['n1 a'], { n1: 'Undetermined' }), 'Undetermined', false, /^$/],
  ])('when %s', (_, given, reason, isComplete, message) => {
    expect(advertisedVerdict(PLAN, given)).toEqual({ reason, isComplete, message: expect.stringMatching(message) });
  });

  it('says what the plan says where nobody is to advertise, and nothing where nobody asked for it', () => {
    const none = { ...PLAN, nodes: [], message: 'no endpoints' };
    const verdict = { isComplete: false, message: 'no endpoints' };
    expect(advertisedVerdict({ ...none, reason: 'NoEndpoints' }, facts([]))).toEqual({
      ...verdict,
      reason: 'NoEndpoints',
    });
    expect(advertisedVerdict({ ...none, reason: 'InterfacesUnknown' }, facts([]))).toEqual({
      ...verdict,
      reason: 'NoSpeaker',
    });
    expect(advertisedVerdict({ ...none, reason: 'NoAdvertisement' }, facts([]))).toBeUndefined();
  });

  it('stays short with a thousand nodes', () => {
    const nodes = Array.from({ length: 1000 }, (_, i) => ({ node: `n${i}`, peers: ['a'] }));
    const message = advertisedVerdict({ ...PLAN, nodes }, facts(['n1 a']))?.message ?? '';
    expect(message).toContain('more faults');
    expect(message.length).toBeLessThan(1000);
  });
});

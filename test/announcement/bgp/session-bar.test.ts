import { describe, expect, it } from 'vitest';
import { sessionBar } from '../../../src/announcement/bgp/session-bar.ts';

type Session = Parameters<typeof sessionBar>[0];

const UP: Session = { peer: 'tor', address: '192.0.2.1', state: 'Established', since: '', advertised: 1 };
const NEGOTIATED = { family: 'IPv6', reason: 'FamilyNotNegotiated', text: 'the router did not offer IPv6' } as const;
const V4 = '192.0.2.50';
const V6 = '2001:db8::50';

describe('sessionBar', () => {
  it.each<[string, Partial<Session>, string, string | undefined]>([
    ['tells everything where its speaker is too old to say', {}, V6, undefined],
    ['tells what it carries', { families: ['IPv4', 'IPv6'] }, V6, undefined],
    [
      'does not tell what was not negotiated',
      { families: ['IPv4'], notCarried: [NEGOTIATED] },
      V6,
      'FamilyNotNegotiated: the router did not offer IPv6',
    ],
    ['tells the other family all the same', { families: ['IPv4'], notCarried: [NEGOTIATED] }, V4, undefined],
    [
      'says no more than it knows of a family that it was not to carry when it began',
      { families: ['IPv4'] },
      V6,
      'FamilyNotCarried: the session carries IPv4 alone',
    ],
    [
      'knows a session that carries nothing',
      { families: [], notCarried: [NEGOTIATED] },
      V4,
      'FamilyNotCarried: the session carries no family',
    ],
    [
      'does not tell what does not fit, aggregates as well',
      { families: ['IPv4'], oversized: { count: 30, examples: ['rubbish', '192.0.2.0/24'] } },
      V4,
      'AttributesTooLong: the attributes of 192.0.2.0/24 do not fit one message: take communities out of its BGPAdvertisements',
    ],
    ['tells what fits', { families: ['IPv4'], oversized: { count: 1, examples: ['192.0.2.51/32'] } }, V4, undefined],
  ])('%s', (_, more, address, expected) => {
    const bar = sessionBar({ ...UP, ...more }, address);
    expect(bar && `${bar.reason}: ${bar.detail}`).toBe(expected);
  });
});

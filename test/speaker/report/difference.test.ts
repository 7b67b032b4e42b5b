import { describe, expect, it } from 'vitest';
import type { SpeakerReport } from '../../../src/api/speaker-status.ts';
import { differenceOf } from '../../../src/speaker/report/difference.ts';

const SINCE = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:09.000Z';
const lastError = { code: 4, subcode: 0, text: 'sent: Hold Timer Expired', at: SINCE };
const ends = { peer: 'tor', address: '192.0.2.1', advertised: 1, since: SINCE };
const session: NonNullable<SpeakerReport['sessions']>[number] = { ...ends, state: 'Established', bfd: 'Up', lastError };

describe('differenceOf', () => {
  const entry = {
    address: '192.0.2.50',
    service: 'default/web',
    interface: 'eth0',
    role: 'Owner',
    since: SINCE,
  } as const;
  const before: SpeakerReport = { interfaces: [], l2: [entry], withheld: [], conflicts: [] };

  it.each([
    ['None', { ...before }],
    ['Times', { ...before, l2: [{ ...entry, lastAnswered: LATER }] }],
    ['Announced', { ...before, l2: [{ ...entry, since: LATER }] }],
    ['Announced', { ...before, l2: [] }],
    ['Announced', { ...before, l2: [entry, { ...entry, address: '192.0.2.51' }] }],
    ['Announced', { ...before, l2: [{ ...entry, witness: 'n2' }] }],
    ['Announced', { ...before, unlisted: 1 }],
    ['Times', { ...before, withheld: [{ reason: 'NotOwner', count: 1, examples: ['192.0.2.1 default/a'] }] }],
    ['Withheld', { ...before, withheld: [{ reason: 'OffSubnet', count: 1, examples: ['192.0.2.1 default/a'] }] }],
    ['Facts', { ...before, l2: [], sessions: [] }],
    ['Facts', { ...before, conflicts: [{ address: '192.0.2.50', mac: '02:00:00:00:00:99', seen: LATER }] }],
  ] as const)('is %s', (difference, after) => expect(differenceOf(before, after)).toBe(difference));

  it.each([
    ['Times', { state: 'Active', since: LATER }],
    ['Times', { lastError: { ...lastError, at: LATER } }],
    ['Facts', { lastError: { ...lastError, text: 'TCP: timed out' } }],
    ['Facts', { state: 'Established' }],
    ['Facts', { bfd: 'Down' }],
  ] as const)('is %s when a session that is not Established tells %j', (difference, after) => {
    const tried = { ...session, state: 'Connect' } as const;
    const report = (of: object) => ({ ...before, sessions: [{ ...tried, ...of }] });
    expect(differenceOf(report({}), report(after))).toBe(difference);
  });

  it('is Announced when more is advertised', () => {
    const report = (advertised: number) => ({ ...before, sessions: [{ ...session, advertised }] });
    expect(differenceOf(report(1), report(2))).toBe('Announced');
  });

  it('is Facts when an Established session is another one', () => {
    const report = (since: string) => ({ ...before, sessions: [{ ...session, since }] });
    expect(differenceOf(report(SINCE), report(LATER))).toBe('Facts');
  });

  it('is Times when a stranger was merely heard again', () => {
    const conflict = (seen: string) => ({ address: '192.0.2.50', mac: '02:00:00:00:00:99', seen });
    expect(differenceOf({ ...before, conflicts: [conflict(SINCE)] }, { ...before, conflicts: [conflict(LATER)] })).toBe(
      'Times',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpeakerReport } from '../../../src/api/speaker-status.ts';
import { fitting, LARGEST_REPORT, MOST_ANSWERED } from '../../../src/speaker/report/size.ts';

type Entry = NonNullable<SpeakerReport['l2']>[number];

const since = '2026-01-01T00:00:00.000Z';
const entry = (index: number, rest: Partial<Entry> = {}): Entry => ({
  ...{ address: `10.0.${index >> 8}.${index & 255}`, service: `default/web-${index}`, interface: 'eth0' },
  ...{ role: 'Owner', since, lastAnswered: since, ...rest },
});
const entries = (count: number, rest: Partial<Entry> = {}) =>
  Array.from({ length: count }, (_, index) => entry(index, rest));
const reportOf = (l2: readonly Entry[], rest: Partial<SpeakerReport> = {}): SpeakerReport => ({
  ...{ interfaces: [], l2, withheld: [], conflicts: [], sessions: [], ...rest },
});
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('fitting', () => {
  it.each([0, 1, MOST_ANSWERED])('leaves a report of %i addresses as it is', (count) => {
    const report = reportOf(entries(count));
    expect(fitting(report)).toEqual(report);
  });

  it('tells of more addresses than that no more when each was last answered for', () => {
    const report = reportOf(entries(MOST_ANSWERED + 1));
    expect(fitting(report)).toEqual({ ...report, l2: report.l2?.map(({ lastAnswered: _, ...rest }) => rest) });
  });

  it('lists 10,000 addresses of Services with names as people have them, and their witnesses', () => {
    const { l2, unlisted } = fitting(reportOf(entries(10_000, { witness: 'node-17' })));
    expect([l2?.length, unlisted]).toEqual([10_000, undefined]);
  });

  it('stays below what etcd takes, and counts what it leaves out', () => {
    const service = `${'n'.repeat(63)}/${'s'.repeat(63)}`;
    const report = fitting(reportOf(entries(10_000, { service, witness: 'w'.repeat(63) })));
    expect(bytes(report)).toBeLessThanOrEqual(LARGEST_REPORT + 100);
    expect((report.l2?.length ?? 0) + (report.unlisted ?? 0)).toBe(10_000);
    expect(report.unlisted).toBeGreaterThan(1_000);
  });

  it('stays below it where strangers claim every address', () => {
    const conflicts = entries(20_000).map(({ address }) => ({ address, mac: '02:00:00:00:00:99', seen: since }));
    const report = fitting(reportOf(entries(10_000), { conflicts }));
    expect(bytes(report)).toBeLessThanOrEqual(LARGEST_REPORT + 100);
    expect(report.unlisted).toBeGreaterThan(0);
  });

  it('leaves standbys out before what it answers for, and these from the end of the list', () => {
    const role = fc.constantFrom('Owner', 'Caretaker', 'Standby');
    const lists = fc.array(role, { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(lists, fc.integer({ min: 300, max: 9_000 }), (roles, largest) => {
        const report = reportOf(roles.map((each, index) => entry(index, { role: each })));
        const { l2 = [], unlisted = 0 } = fitting(report, largest);
        const [before, after] = [report.l2 ?? [], l2].map((list) => list.filter((each) => each.role !== 'Standby'));
        expect(unlisted).toBe((before?.length ?? 0) - (after?.length ?? 0));
        if (unlisted > 0) expect(l2.some((each) => each.role === 'Standby')).toBe(false);
        for (const each of ['Owner', 'Caretaker', 'Standby']) {
          const all = before?.concat(report.l2 ?? []).filter(({ role }) => role === each) ?? [];
          const listed = l2.filter(({ role }) => role === each);
          expect(listed).toEqual(all.slice(0, listed.length));
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpeakerReports } from '../../src/announcement/speaker-reports.ts';
import type { SpeakerReport, SpeakerStatus } from '../../src/api/speaker-status.ts';

const SINCE = '2026-01-01T00:00:00Z';
const speaker = (name: string, status: SpeakerReport): SpeakerStatus => ({
  apiVersion: 'berth.dev/v1beta1',
  kind: 'SpeakerStatus',
  metadata: { name },
  status,
});
const owner = (address: string, service: string, lastAnswered?: string) => ({
  ...{ address, service, interface: 'eth0', role: 'Owner' as const, since: SINCE },
  ...(lastAnswered === undefined ? {} : { lastAnswered }),
});

describe('SpeakerReports', () => {
  it('tells which Services and addresses a report concerns', () => {
    const reports = new SpeakerReports();
    const l2 = [owner('192.0.2.1', 'default/a'), owner('192.0.2.2', 'default/b')];
    const withheld = [
      { reason: 'NoPeer', count: 1, examples: ['2001:db8::1 default/c'], protocol: 'bgp' as const },
      { reason: 'NotOwner', count: 1, examples: ['192.0.2.4 default/d'] },
      { reason: 'MovedTooOften', count: 1, examples: ['2001:DB8::1 default/c'] },
    ];
    const conflicts = [{ address: '192.0.2.9', mac: '02:00:00:00:00:99', seen: SINCE }];
    const first = reports.put(speaker('n1', { l2, withheld, conflicts }));
    expect([...first.services].sort()).toEqual(['default/a', 'default/b', 'default/c']);
    expect([...first.addresses]).toEqual(['192.0.2.9']);
    expect(reports.of('default/c').get('n1')?.withheld).toEqual([{ address: '2001:db8::1', reason: 'MovedTooOften' }]);
    expect(reports.conflictsOf('192.0.2.9')?.get('n1')).toBe('02:00:00:00:00:99');
    const later = [owner('192.0.2.1', 'default/a', '2026-01-01T00:00:09Z')];
    const second = reports.put(speaker('n1', { l2: later, withheld, conflicts }));
    expect([...second.services, ...second.addresses]).toEqual(['default/b']);
    expect([...reports.remove('n1').services].sort()).toEqual(['default/a', 'default/c']);
    expect(reports.of('default/a').size).toBe(0);
    expect(reports.conflictsOf('192.0.2.9')).toBeUndefined();
  });

  it('tells which nodes answer for more than they list', () => {
    const reports = new SpeakerReports();
    reports.put(speaker('n1', { l2: [], unlisted: 1 }));
    reports.put(speaker('n2', { l2: [] }));
    expect(['n1', 'n2', 'n3'].map((node) => reports.isCrowded(node))).toEqual([true, false, false]);
    reports.put(speaker('n1', { l2: [] }));
    expect(reports.isCrowded('n1')).toBe(false);
  });

  it('says after any reports what the last of each node says', () => {
    const nodes = fc.constantFrom('n1', 'n2');
    const services = fc.subarray(['default/a', 'default/b', 'default/c']);
    fc.assert(
      fc.property(fc.array(fc.tuple(nodes, fc.option(services))), (steps) => {
        const reports = new SpeakerReports();
        const last = new Map<string, readonly string[]>();
        for (const [node, owned] of steps) {
          if (owned === null) reports.remove(node);
          else reports.put(speaker(node, { l2: owned.map((service) => owner('192.0.2.1', service)) }));
          last.set(node, owned ?? []);
        }
        for (const service of ['default/a', 'default/b', 'default/c']) {
          const expected = [...last].flatMap(([node, owned]) => (owned.includes(service) ? [node] : []));
          expect([...reports.of(service).keys()].sort()).toEqual(expected.sort());
        }
        for (const [node, owned] of last) expect([...reports.servicesOf(node)].sort()).toEqual([...owned].sort());
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { SpeakerReport } from '../../../src/api/speaker-status.ts';
import { BgpRoutes } from '../../../src/speaker/peering/bgp-routes.ts';
import { Reporting } from '../../../src/speaker/report/reporting.ts';
import { ManualClock } from '../manual-clock.ts';

/** A node with so many addresses, that has been told of these changes. */
function reporting(size: number) {
  const clock = new ManualClock();
  const told: SpeakerReport[] = [];
  const gauges: unknown[] = [];
  const hasAged: boolean[] = [];
  const sources = {
    ...{ node: 'n1', clock, interfaces: () => [] },
    planner: { size, duties: { duties: [], withheld: [] } },
    view: { facts: () => new Map(), conflicts: () => [], countIn: () => 1, takeAged: () => hasAged.pop() ?? false },
    bgp: { sessions: () => [], bouncingSince: () => undefined, routes: new BgpRoutes(undefined) },
    metrics: { announced: (count: number) => gauges.push(count), withheld: () => gauges.push('withheld') },
  };
  return { clock, told, gauges, hasAged, reports: new Reporting(sources, (compose) => told.push(compose())) };
}

describe('Reporting', () => {
  it('tells once of all that changes at a time', () => {
    const { clock, told, gauges, reports } = reporting(0);
    for (let count = 0; count < 3; count++) reports.changed();
    expect(told).toEqual([]);
    clock.advance(0);
    expect([told, gauges]).toEqual([[reports.now()], [1, 'withheld']]);
    reports.changed();
    clock.advance(0);
    expect(told).toHaveLength(2);
  });

  it('tells the more rarely the more there is to compose', () => {
    const { clock, told, reports } = reporting(10_000);
    for (let at = 0; at < 2000; at += 10) {
      reports.changed();
      clock.advance(10);
    }
    expect(told).toHaveLength(2);
  });

  it('composes nothing because of time alone, unless the wire has other times to tell', () => {
    const { clock, told, hasAged, reports } = reporting(0);
    reports.aged();
    clock.advance(0);
    expect(told).toEqual([]);
    hasAged.push(true);
    reports.aged();
    clock.advance(0);
    expect(told).toHaveLength(1);
  });

  it('tells nothing once it is stopped', () => {
    const { clock, told, reports } = reporting(0);
    reports.changed();
    reports.stop();
    reports.changed();
    clock.advance(1000);
    expect([told, clock.pending]).toEqual([[], 0]);
  });
});

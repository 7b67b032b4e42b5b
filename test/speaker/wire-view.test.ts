import { describe, expect, it } from 'vitest';
import type { WireReport } from '../../src/speaker/wire-messages.ts';
import { CLAIM_MEMORY, WireView } from '../../src/speaker/wire-view.ts';

const A = '192.0.2.50';
const NOW = Date.UTC(2026, 0, 1);
const none = { requestsReceived: 0, repliesSent: 0, announcementsSent: 0, sourceMismatches: 0, dropped: {} };
const bfd = { sessions: { AdminDown: 0, Down: 0, Init: 0, Up: 0 }, received: 0, sent: 0, dropped: {} };
const counters = { arp: none, ndp: none, bfd, conflicts: 0 };
const report = (more: Partial<WireReport>): WireReport => ({ states: [], answered: [], claims: [], counters, ...more });

describe('WireView', () => {
  it('tells what began and what ended', () => {
    const view = new WireView();
    expect(view.apply(report({ states: [[A, 'Probing']] }), NOW)).toMatchObject({ begun: [], ended: [] });
    expect(view.apply(report({ states: [[A, 'Answering']] }), NOW)).toMatchObject({ begun: [A], ended: [] });
    expect(view.apply(report({ states: [[A, 'Answering']] }), NOW)).toMatchObject({ begun: [], ended: [] });
    expect(view.apply(report({ states: [[A, undefined]] }), NOW)).toMatchObject({ begun: [], ended: [A] });
    expect(view.facts.size).toBe(0);
  });

  it('keeps since when and until when', () => {
    const view = new WireView();
    view.apply(report({ states: [[A, 'Answering']] }), NOW);
    view.apply(
      report({
        answered: [
          [A, NOW + 5000],
          ['192.0.2.99', NOW],
        ],
      }),
      NOW + 6000,
    );
    expect([...view.facts]).toEqual([
      [A, { state: 'Answering', since: '2026-01-01T00:00:00.000Z', lastAnswered: '2026-01-01T00:00:05.000Z' }],
    ]);
  });

  it('forgets a stranger who was not heard for a while, unless he keeps us silent', () => {
    const view = new WireView();
    const claims = [{ address: A, mac: '02:00:00:00:00:99', seen: NOW }];
    expect(view.apply(report({ states: [[A, 'Answering']], claims }), NOW).strangers).toEqual(claims);
    expect(view.apply(report({ claims }), NOW).strangers).toEqual([]);
    expect(view.conflicts(NOW + CLAIM_MEMORY - 1)).toHaveLength(1);
    expect(view.conflicts(NOW + CLAIM_MEMORY)).toEqual([]);
    view.apply(report({ states: [[A, 'Conflict']] }), NOW);
    expect(view.conflicts(NOW + 10 * CLAIM_MEMORY)).toEqual([
      { address: A, mac: '02:00:00:00:00:99', seen: '2026-01-01T00:00:00.000Z' },
    ]);
    view.apply(report({ states: [[A, undefined]] }), NOW);
    expect(view.conflicts(NOW)).toEqual([]);
  });

  it('knows of nothing after the worker is gone', () => {
    const view = new WireView();
    view.apply(report({ states: [[A, 'Answering']] }), NOW);
    view.clear();
    expect(view.facts.size).toBe(0);
    expect(view.apply(report({ states: [[A, 'Answering']] }), NOW).begun).toEqual([A]);
  });
});

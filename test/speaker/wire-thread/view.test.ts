import { describe, expect, it } from 'vitest';
import type { Cause, Role } from '../../../src/speaker/ownership/protocol.ts';
import { MOST_ANSWERED } from '../../../src/speaker/report/size.ts';
import type { RoleReport, WireReport } from '../../../src/speaker/wire/messages.ts';
import { CLAIM_MEMORY, WireView } from '../../../src/speaker/wire-thread/view.ts';

const A = '192.0.2.50';
const NOW = Date.UTC(2026, 0, 1);
const none = { requestsReceived: 0, repliesSent: 0, announcementsSent: 0, sourceMismatches: 0, dropped: {} };
const bfd = { sessions: { AdminDown: 0, Down: 0, Init: 0, Up: 0 }, received: 0, sent: 0, dropped: {} };
const ownership = { received: 0, sent: 0, dropped: {} };
const counters = { arp: none, ndp: none, bfd, ownership, unwatched: 0, conflicts: 0 };
const nothing: WireReport = { roles: [], answered: [], witnesses: [], claims: [], counters };
const report = (more: Partial<WireReport>): WireReport => ({ ...nothing, ...more });
const role = (role: Role, cause: Cause = 'Placed', link = 'eth0'): RoleReport => {
  return { address: A, interface: link, role, cause, node: undefined };
};

describe('WireView', () => {
  it('keeps since when and until when', () => {
    const view = new WireView();
    const roles = [role('Placing'), role('Owner')];
    expect(view.apply(report({ roles }), NOW).roles).toEqual(roles);
    view.apply(
      report({
        answered: [
          [A, 'eth0', NOW + 5000],
          ['192.0.2.99', 'eth0', NOW],
        ],
      }),
      NOW + 6000,
    );
    const since = '2026-01-01T00:00:00.000Z';
    expect([...view.facts(A)]).toEqual([
      ['eth0', { role: 'Owner', cause: 'Placed', since, lastAnswered: '2026-01-01T00:00:05.000Z' }],
    ]);
    expect(view.countIn('Owner')).toBe(1);
    expect(view.countIn('Placing', 'Caretaker')).toBe(0);
  });

  it('has aged where answers were given since it was asked, and while it knows of a stranger', () => {
    const view = new WireView();
    const aged = (more: Partial<WireReport>) => {
      view.apply(report(more), NOW);
      return [view.takeAged(), view.takeAged()];
    };
    expect(aged({ roles: [role('Owner')] })).toEqual([false, false]);
    expect(aged({ answered: [[A, 'eth0', NOW]] })).toEqual([true, false]);
    expect(aged({})).toEqual([false, false]);
    // Of so many the report does not say when each was answered for.
    const others = Array.from({ length: MOST_ANSWERED }, (_, index) => ({
      ...role('Owner'),
      address: `2001:db8::${index}`,
    }));
    expect(aged({ roles: others, answered: [[A, 'eth0', NOW]] })).toEqual([false, false]);
    expect(aged({ claims: [{ address: A, mac: '02:00:00:00:00:99', seen: NOW }] })).toEqual([true, true]);
    view.clear();
    expect(view.takeAged()).toBe(false);
  });

  it('knows on which interface an address was last asked for', () => {
    const view = new WireView();
    const roles = [role('Owner'), role('Owner', 'Placed', 'eth1')];
    view.apply(report({ roles, answered: [[A, 'eth1', NOW + 5000]] }), NOW + 6000);
    const answered = [...view.facts(A)].map(([link, { lastAnswered }]) => [link, lastAnswered]);
    expect(answered).toEqual([
      ['eth0', undefined],
      ['eth1', '2026-01-01T00:00:05.000Z'],
    ]);
  });

  it('knows who witnessed what it owns, until it does no more', () => {
    const view = new WireView();
    const witnesses = [{ address: A, interface: 'eth0', node: 'n2' }];
    view.apply(report({ roles: [role('Standby')], witnesses }), NOW);
    expect(view.facts(A).get('eth0')?.witness).toBeUndefined();
    view.apply(report({ roles: [role('Owner')], witnesses }), NOW);
    expect(view.facts(A).get('eth0')?.witness).toBe('n2');
    view.apply(report({ answered: [[A, 'eth0', NOW]] }), NOW);
    expect(view.facts(A).get('eth0')?.witness).toBe('n2');
    view.apply(report({ roles: [role('Standby'), role('Owner')] }), NOW);
    expect(view.facts(A).get('eth0')?.witness).toBeUndefined();
  });

  it('knows since when a node has a role that it keeps for another reason', () => {
    const view = new WireView();
    view.apply(report({ roles: [role('Owner')] }), NOW);
    view.apply(report({ roles: [role('Owner', 'MovedTooOften')] }), NOW + 5000);
    expect(view.facts(A).get('eth0')).toMatchObject({ cause: 'MovedTooOften', since: '2026-01-01T00:00:00.000Z' });
  });

  it('forgets what is planned no more, unless the wire still has it', () => {
    const view = new WireView();
    view.plan(new Map([[A, ['eth0']]]), NOW);
    expect(view.facts(A).get('eth0')).toMatchObject({ role: 'Standby', since: '2026-01-01T00:00:00.000Z' });
    view.plan(new Map([[A, ['eth0']]]), NOW + 5000);
    expect(view.facts(A).get('eth0')?.since).toBe('2026-01-01T00:00:00.000Z');
    view.apply(report({ roles: [role('Owner', 'Placed', 'eth1')] }), NOW);
    view.plan(new Map(), NOW);
    expect([...view.facts(A).keys()]).toEqual(['eth1']);
    view.apply(report({ roles: [role('Standby', 'Released', 'eth1')] }), NOW);
    expect(view.facts(A).size).toBe(0);
  });

  it('forgets a stranger who was not heard for a while, unless he keeps us silent', () => {
    const view = new WireView();
    const claims = [{ address: A, mac: '02:00:00:00:00:99', seen: NOW }];
    expect(view.apply(report({ roles: [role('Owner')], claims }), NOW).strangers).toEqual(claims);
    expect(view.apply(report({ claims }), NOW).strangers).toEqual([]);
    expect(view.conflicts(NOW + CLAIM_MEMORY - 1)).toHaveLength(1);
    expect(view.conflicts(NOW + CLAIM_MEMORY)).toEqual([]);
    view.apply(report({ roles: [role('Conflict', 'Stranger')] }), NOW);
    expect(view.conflicts(NOW + 10 * CLAIM_MEMORY)).toEqual([
      { address: A, mac: '02:00:00:00:00:99', seen: '2026-01-01T00:00:00.000Z' },
    ]);
    view.apply(report({ roles: [role('Standby', 'Released')] }), NOW);
    expect(view.conflicts(NOW)).toEqual([]);
  });

  it('knows of nothing after the worker is gone', () => {
    const view = new WireView();
    view.apply(report({ roles: [role('Owner')] }), NOW);
    view.clear();
    expect(view.facts(A).size).toBe(0);
  });
});

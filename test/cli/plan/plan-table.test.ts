import { describe, expect, it } from 'vitest';
import { hasChange, planText, summary } from '../../../src/cli/plan/plan-table.ts';
import type { Plan } from '../../../src/explain/plan.ts';

type PlannedPool = Plan['pools'][number];
type PlannedService = Plan['services'][number];

const pool: PlannedPool = {
  name: 'public',
  ready: true,
  reason: null,
  message: null,
  totalIPv4: 254,
  assignedIPv4: 2,
  availableIPv4: 252,
  totalIPv6: Number.MAX_SAFE_INTEGER,
  assignedIPv6: 0,
  availableIPv6: Number.MAX_SAFE_INTEGER,
  retained: [],
};

const service: PlannedService = {
  namespace: 'default',
  name: 'web',
  before: [],
  after: ['192.0.2.1'],
  pool: 'public',
  change: 'assign',
  allocated: true,
  reason: 'Allocated',
  message: 'from public',
};

const plan = (parts: Partial<Plan>): Plan => ({
  apiVersion: 'berth.dev/v1beta1',
  kind: 'Plan',
  pools: [],
  services: [],
  announcements: [],
  ...parts,
});

describe('planText', () => {
  it('shows pools, services, announcements, what is not well and why, and the sum', () => {
    const text = planText(
      plan({
        pools: [
          { ...pool, retained: [{ address: '192.0.2.200', service: 'default/old' }] },
          { ...pool, name: 'second', ready: false, reason: 'OverlapsPool', message: '192.0.2.0/25 is in public too' },
        ],
        services: [
          service,
          {
            ...service,
            name: 'hangs',
            after: [],
            pool: null,
            change: 'pending',
            allocated: false,
            reason: 'PoolExhausted',
            message: 'public is\nfull',
          },
          {
            ...service,
            namespace: 'team-a',
            name: 'gone',
            before: ['192.0.2.7'],
            after: [],
            pool: null,
            change: 'release',
            allocated: false,
            reason: null,
            message: 'deleted',
          },
        ],
        announcements: [
          {
            address: '192.0.2.1',
            service: 'default/web',
            protocol: 'l2',
            nodes: ['n1'],
            standby: ['n2', 'n3'],
            reason: null,
          },
          { address: '192.0.2.2', service: 'team-a/gone', protocol: 'l2', nodes: [], standby: [], reason: 'NoSpeaker' },
        ],
      }),
    );
    expect(text.split('\n')).toEqual([
      'POOL     READY   REASON         ASSIGNED-IPV4   AVAILABLE-IPV4   ASSIGNED-IPV6   AVAILABLE-IPV6      RETAINED',
      'public   True    <none>         2               252              0               9007199254740991+   192.0.2.200',
      'second   False   OverlapsPool   2               252              0               9007199254740991+   <none>',
      '',
      'SERVICE         CHANGE    BEFORE      AFTER       POOL     REASON',
      'default/web     assign    <none>      192.0.2.1   public   Allocated',
      'default/hangs   pending   <none>      <pending>   <none>   PoolExhausted',
      'team-a/gone     release   192.0.2.7   <none>      <none>   <none>',
      '',
      'ADDRESS     SERVICE       PROTOCOL   NODES    STANDBY   REASON',
      '192.0.2.1   default/web   l2         n1       n2,n3     <none>',
      '192.0.2.2   team-a/gone   l2         <none>   <none>    NoSpeaker',
      '',
      'pool second: 192.0.2.0/25 is in public too',
      'service default/hangs: public is full',
      '',
      'Plan: 1 to assign, 0 to move, 1 to release, 1 pending, 0 unchanged.',
      '',
    ]);
  });

  const kept: PlannedService = {
    ...service,
    name: 'kept',
    before: ['192.0.2.3'],
    after: ['192.0.2.3'],
    change: 'none',
  };
  const announced = (name: string, address: string) =>
    ({ address, service: `default/${name}`, protocol: 'l2', nodes: ['n1'], standby: [], reason: null }) as const;
  const both = plan({
    services: [kept, service],
    announcements: [announced('kept', '192.0.2.3'), announced('web', '192.0.2.1')],
  });

  it('counts the Services that keep what they have, and lists them where all are asked for', () => {
    const text = planText(both);
    expect(text).not.toContain('192.0.2.3');
    expect(text).toMatch(/^192\.0\.2\.1 +default\/web +l2/m);
    expect(text).toMatch(/^1 Service more keeps what it has: --all lists it\n\nPlan: .* 1 unchanged\.\n$/m);
    const all = planText(both, { all: true });
    expect(all).toMatch(/^default\/kept +none +192\.0\.2\.3 +192\.0\.2\.3 /m);
    expect(all).toMatch(/^192\.0\.2\.3 +default\/kept +l2/m);
    expect(all).toMatch(/ 1 unchanged\.\n$/);
  });

  it('says once what is true of several, and of one that keeps its address too', () => {
    const full: Partial<PlannedService> = { after: [], change: 'pending', reason: 'PoolExhausted', message: 'full' };
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ ...service, ...full, name }));
    const retained: PlannedService = { ...kept, reason: 'Retained', message: 'keeps it' };
    expect(planText(plan({ services: [...services, retained] }))).toMatch(
      /\n\nservices default\/a, default\/b, default\/c, default\/d, default\/e and 2 more: full\nservice default\/kept: keeps it\n\n/,
    );
  });

  it('lists who keeps an address that is not offered any more, or that it does not ask for', () => {
    const reasons = ['Retained', 'KeptWhileRequestPending', 'Allocated'] as const;
    const services = reasons.map((reason) => ({ ...kept, name: reason.toLowerCase(), reason }));
    const text = planText(plan({ services }));
    expect(text.match(/^default\/\S+ +none/gm)).toHaveLength(2);
    expect(text).toMatch(/^1 Service more .*\n\nPlan: .* 3 unchanged\.\n$/m);
  });

  it('says which deleted pools go', () => {
    expect(planText(plan({}), { gone: ['old'] })).toMatch(
      /^pool old: goes at once, since nobody holds an address of it/,
    );
  });

  it('leaves out tables without rows', () => {
    expect(planText(plan({}))).toBe('Plan: 0 to assign, 0 to move, 0 to release, 0 pending, 0 unchanged.\n');
  });
});

describe('summary', () => {
  it('counts each change', () => {
    const services = (['none', 'none', 'move', 'assign'] as const).map((change) => ({ ...service, change }));
    expect(summary(plan({ services }))).toBe('Plan: 1 to assign, 1 to move, 0 to release, 0 pending, 2 unchanged.');
  });
});

describe('hasChange', () => {
  it.each([
    [[], [], false],
    [['192.0.2.1'], ['192.0.2.1'], false],
    [['2001:db8::1', '192.0.2.1'], ['192.0.2.1', '2001:db8::1'], false],
    [[], ['192.0.2.1'], true],
    [['192.0.2.1'], [], true],
    [['192.0.2.1'], ['192.0.2.2'], true],
    [['192.0.2.1'], ['192.0.2.1', '2001:db8::1'], true],
  ])('%j -> %j: %s', (before, after, change) => {
    expect(hasChange(plan({ services: [{ ...service, before, after }] }))).toBe(change);
  });
});

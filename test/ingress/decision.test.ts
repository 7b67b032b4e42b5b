import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { decideIngress, type IngressSituation, pointsOf } from '../../src/ingress/decision.ts';

const A = [{ ip: '192.0.2.1' }];
const B = [{ ip: '192.0.2.2' }];
const NONE: IngressSituation['current'] = [];
const NOTHING = { do: 'nothing' };
const GRACE = 90_000;

const situation = (some: Partial<IngressSituation>): IngressSituation => ({
  current: NONE,
  isOurs: false,
  wanted: A,
  isNamed: false,
  isContested: false,
  emptyFor: 0,
  grace: GRACE,
  ...some,
});

describe('decideIngress', () => {
  it.each([
    ['named: shows the address at once', { isNamed: true }, { do: 'apply', points: A }],
    ['by the table: waits', {}, { do: 'wait', for: GRACE }],
    ['by the table: waits for what is left', { emptyFor: 60_000 }, { do: 'wait', for: 30_000 }],
    ['by the table: shows it after the grace', { emptyFor: GRACE }, { do: 'apply', points: A }],
    [
      'named, but somebody else has emptied it: waits',
      { isNamed: true, isContested: true },
      { do: 'wait', for: GRACE },
    ],
    ['the same, after the grace', { isNamed: true, isContested: true, emptyFor: GRACE }, { do: 'apply', points: A }],
    ['it is there, ours', { current: A, isOurs: true }, NOTHING],
    ['it is there, written by another', { current: A, isNamed: true }, NOTHING],
    ['another shows something else', { current: B, emptyFor: GRACE }, NOTHING],
    ['another shows something else, though named', { current: B, isNamed: true }, NOTHING],
    ['the address has changed', { current: B, isOurs: true }, { do: 'apply', points: A }],
    ['the address is gone', { current: A, isOurs: true, wanted: NONE }, { do: 'clear' }],
    ['the address is gone, and another wrote it', { current: A, wanted: NONE }, NOTHING],
    ['there never was one', { wanted: NONE, isNamed: true, emptyFor: GRACE }, NOTHING],
  ])('%s', (_, some, expected) => {
    expect(decideIngress(situation(some))).toEqual(expected);
  });

  const points = fc.subarray([...A, ...B]);
  const any = fc.record({
    current: points,
    isOurs: fc.boolean(),
    wanted: points,
    isNamed: fc.boolean(),
    isContested: fc.boolean(),
    emptyFor: fc.nat(2 * GRACE),
    grace: fc.constant(GRACE),
  });

  it('never touches what another has written, and never writes what is there', () => {
    fc.assert(
      fc.property(any, (some) => {
        const { current, isOurs, wanted } = some;
        const decision = decideIngress(some);
        if (current.length > 0 && !isOurs) expect(decision).toEqual(NOTHING);
        if (JSON.stringify(current) === JSON.stringify(wanted)) expect(decision).toEqual(NOTHING);
        if (decision.do === 'apply') expect(decision.points.length).toBeGreaterThan(0);
        if (decision.do === 'clear') expect([isOurs, wanted.length]).toEqual([true, 0]);
      }),
    );
  });
});

describe('pointsOf', () => {
  it('takes address, name and ports of each point, and no ipMode', () => {
    const ports = [{ port: 80, protocol: 'TCP' as const }];
    const status = {
      loadBalancer: {
        ingress: [
          { ip: '192.0.2.1', ipMode: 'VIP' as const, ports },
          { ip: '2001:db8::1' },
          { hostname: 'lb.example' },
          {},
        ],
      },
    };
    const service: Service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, status };
    expect(pointsOf(service)).toEqual([{ ip: '192.0.2.1', ports }, { ip: '2001:db8::1' }, { hostname: 'lb.example' }]);
    expect(pointsOf(undefined)).toEqual([]);
  });
});

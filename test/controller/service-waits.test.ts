import { expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { ANNOUNCED } from '../../src/api/reasons/reasons.ts';
import { ServiceWaits } from '../../src/controller/service-waits.ts';
import { FakeClock } from './fake-clock.ts';

function setUp() {
  const clock = new FakeClock();
  const measured: [what: string, seconds: number][] = [];
  const waits = new ServiceWaits(
    {
      addressed: (seconds) => measured.push(['addressed', seconds]),
      announced: (seconds) => measured.push(['announced', seconds]),
    },
    clock,
  );
  return { clock, measured, waits };
}

const service = (ip?: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { type: 'LoadBalancer' },
  status: { loadBalancer: { ingress: ip === undefined ? [] : [{ ip }] } },
});
const KEY = 'default/web';
const addressed = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
const announced = (status: 'True' | 'False') => ({
  conditions: [{ type: ANNOUNCED, status, reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
});

it('measures from the first sight to the address, and from there to the announcement', () => {
  const { clock, measured, waits } = setUp();
  waits.seen(service());
  clock.advance(200);
  waits.seen(service());
  clock.advance(50);
  waits.written(KEY, { ...addressed, ...announced('False') });
  waits.seen(service('192.0.2.1'));
  clock.advance(400);
  waits.written(KEY, announced('True'));
  clock.advance(1000);
  waits.written(KEY, announced('True'));
  expect(measured).toEqual([
    ['addressed', 0.25],
    ['announced', 0.4],
  ]);
});

it('counts once what the store tells of before the write returns', () => {
  const { clock, measured, waits } = setUp();
  waits.seen(service());
  clock.advance(200);
  waits.seen(service('192.0.2.1'));
  clock.advance(1);
  waits.written(KEY, addressed);
  expect(measured).toEqual([['addressed', 0.2]]);
});

it('counts no Service that has an address already, nor one that moves', () => {
  const { clock, measured, waits } = setUp();
  waits.seen(service('192.0.2.1'));
  clock.advance(100);
  waits.written(KEY, announced('True'));
  waits.written(KEY, addressed);
  expect(measured).toEqual([]);
});

it.each(['forget', 'clear'] as const)('%s: what is waited for no more is not counted', (how) => {
  const { measured, waits } = setUp();
  waits.seen(service());
  waits[how](KEY);
  waits.written(KEY, addressed);
  waits.written(KEY, announced('True'));
  expect(measured).toEqual([]);
});

it('begins anew with a Service that has lost its address', () => {
  const { clock, measured, waits } = setUp();
  waits.seen(service());
  waits.written(KEY, addressed);
  waits.seen(service('192.0.2.1'));
  clock.advance(5000);
  waits.seen(service());
  clock.advance(100);
  waits.written(KEY, addressed);
  expect(measured).toEqual([
    ['addressed', 0],
    ['addressed', 0.1],
  ]);
});

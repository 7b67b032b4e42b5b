import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { AllocationLog } from '../../src/controller/allocation-log.ts';
import type { LogFields } from '../../src/log/logger.ts';
import { silentLogger } from '../../src/log/silent.ts';
import { FakeClock } from './fake-clock.ts';

const service = (name: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name },
});
const condition = (message: string) => ({
  type: 'berth.dev/Allocated',
  status: 'True' as const,
  reason: 'Allocated',
  message,
  lastTransitionTime: '2026-11-21T12:00:00Z',
});
const given = {
  conditions: [condition('192.0.2.0 from pool public')],
  loadBalancer: { ingress: [{ ip: '192.0.2.0' }] },
};
const FIELDS = { addresses: ['192.0.2.0'], pool: 'public', reason: 'Allocated' };

describe('AllocationLog', () => {
  let isBusy: boolean;
  let lines: [message: string, fields: LogFields | undefined][];
  let log: AllocationLog;
  let clock: FakeClock;

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z'), toFake: ['Date'] });
    clock = new FakeClock();
    isBusy = true;
    lines = [];
    const info = (message: string, fields?: LogFields) => void lines.push([message, fields]);
    log = new AllocationLog({ ...silentLogger, info }, clock, () => isBusy);
  });
  afterEach(() => {
    log.flush();
    vi.useRealTimers();
  });
  const note = (count: number) => {
    for (let index = 0; index < count; index++) log.note(service(`s${index}`), given, 'public');
  };

  it('tells at once where nothing else is to be done', () => {
    isBusy = false;
    note(1);
    expect(lines).toEqual([['default/s0: 192.0.2.0 from pool public', { service: 'default/s0', ...FIELDS }]]);
  });

  it('tells nothing of a write that changes neither reason nor message', () => {
    isBusy = false;
    log.note({ ...service('s0'), status: { conditions: [condition('192.0.2.0 from pool public')] } }, given, 'public');
    expect(lines).toEqual([]);
  });

  it('waits while more is to be written, then tells all in order, and when each was written', () => {
    note(250);
    clock.advance(900);
    expect(lines).toEqual([]);
    clock.advance(200);
    isBusy = false;
    clock.advance(1_000);
    expect(lines.map(([, fields]) => fields?.service)).toEqual(
      Array.from({ length: 250 }, (_, index) => `default/s${index}`),
    );
    expect(lines[0]?.[1]).toEqual({ service: 'default/s0', ...FIELDS, at: '2026-11-21T12:00:00Z' });
  });

  it('tells within little more than a second of a few, whatever is to be written', () => {
    for (let second = 0; second < 20; second++) {
      note(100);
      clock.advance(1_000);
    }
    clock.advance(600);
    expect(lines).toHaveLength(2_000);
  });

  it('leaves nearly all the time to writing while there are many', () => {
    note(10_000);
    clock.advance(20_000);
    expect(lines.length).toBeLessThanOrEqual(4_000);
  });

  it('keeps nothing else waiting for long', () => {
    note(1_000);
    isBusy = false;
    clock.advance(50);
    expect(lines.length).toBeLessThanOrEqual(100);
  });

  it('waits no longer than half a minute', () => {
    note(15_000);
    clock.advance(29_000);
    expect(lines.length).toBeLessThanOrEqual(6_000);
    clock.advance(7_000);
    expect(lines).toHaveLength(15_000);
  });

  it('keeps 20,000 lines at most', () => {
    note(30_000);
    expect(lines.length).toBeGreaterThanOrEqual(10_000);
  });

  it('tells all that waits when it is to stop', () => {
    note(300);
    log.flush();
    expect(lines).toHaveLength(300);
  });
});

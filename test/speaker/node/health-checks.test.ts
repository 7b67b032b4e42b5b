import { beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import { HealthChecks } from '../../../src/speaker/node/health-checks.ts';
import { ManualClock, settle } from '../manual-clock.ts';
import { service } from '../objects.ts';

const checkedService = (check: string, name = 'web'): Service => {
  const made = service(name, []);
  return { ...made, metadata: { ...made.metadata, annotations: { 'berth.dev/health-check': check } } };
};
const WEB = checkedService('tcp://127.0.0.1:6443');

let clock: ManualClock;
let failure: string | undefined;
let attempts: string[];
let changes: number;
let checks: HealthChecks;

beforeEach(() => {
  clock = new ManualClock();
  failure = undefined;
  attempts = [];
  changes = 0;
  checks = new HealthChecks(
    clock,
    async (host, port, timeout) => {
      attempts.push(`${host} ${port} ${timeout}`);
      return failure;
    },
    () => {
      changes += 1;
    },
  );
});

const run = (milliseconds: number) => clock.run(milliseconds, 100);
const failing = () => [...checks.failing().keys()];

describe('HealthChecks', () => {
  it('tries at once and then every interval, as the annotation says', async () => {
    checks.set([checkedService('tcp://[::1]:80?interval=1s&timeout=300ms'), service('plain', [])]);
    expect(attempts).toEqual(['::1 80 300']);
    await settle();
    await run(3000);
    expect(attempts).toHaveLength(4);
    expect([failing(), changes]).toEqual([[], 0]);
  });

  it('takes one Service, and says whether that changes what fails', async () => {
    const invalid = checkedService('udp://127.0.0.1:53');
    expect([checks.setOne('default/web', WEB), attempts.length]).toEqual([false, 1]);
    expect([checks.setOne('default/web', WEB), attempts.length]).toEqual([false, 1]);
    expect([checks.setOne('default/web', invalid), failing()]).toEqual([true, ['default/web']]);
    expect([checks.setOne('default/web', undefined), failing()]).toEqual([true, []]);
    expect(checks.setOne('default/web', undefined)).toBe(false);
    await run(60_000);
    expect([attempts.length, changes]).toEqual([1, 0]);
  });

  it('takes the first answer for what it is', async () => {
    failure = 'connect ECONNREFUSED';
    checks.set([WEB]);
    expect(failing()).toEqual([]);
    await run(100);
    expect([failing(), changes]).toEqual([['default/web'], 1]);
    expect(checks.failing().get('default/web')).toEqual({
      reason: 'NoLocalEndpoint',
      detail: expect.stringContaining('tcp://127.0.0.1:6443: connect ECONNREFUSED'),
    });
  });

  it('then needs three failures in a row, and two successes', async () => {
    checks.set([WEB]);
    await run(100);
    const after = async (next: string | undefined) => {
      failure = next;
      await run(2000);
      return failing().length;
    };
    const seen: number[] = [];
    for (const next of ['x', 'x', undefined, 'x', 'x', 'x', undefined, 'x', undefined, undefined]) {
      seen.push(await after(next));
    }
    expect(seen).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 0]);
    expect(changes).toBe(2);
  });

  it('goes on where a Service changes in another way, begins anew with another check, and ends with the Service', async () => {
    checks.set([WEB]);
    checks.set([{ ...WEB, metadata: { ...WEB.metadata, labels: { a: 'b' } } }]);
    expect(attempts).toHaveLength(1);
    checks.set([checkedService('tcp://127.0.0.1:7000')]);
    expect(attempts).toEqual(['127.0.0.1 6443 1000', '127.0.0.1 7000 1000']);
    await settle();
    await run(2000);
    expect(attempts.slice(2)).toEqual(['127.0.0.1 7000 1000']);
    checks.set([]);
    await run(10_000);
    expect(attempts).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('fails for good where the annotation is not understood, and says how to write it', async () => {
    checks.set([checkedService('http://127.0.0.1')]);
    expect(checks.failing().get('default/web')?.detail).toContain(
      'berth.dev/health-check of Service default/web: "http:',
    );
    checks.set([WEB]);
    expect(failing()).toEqual([]);
    checks.stop();
    await run(10_000);
    expect(attempts).toHaveLength(1);
  });

  it('does not listen to an attempt that ends after it was stopped', async () => {
    failure = 'late';
    checks.set([WEB]);
    checks.stop();
    await run(5000);
    expect([failing(), changes, clock.pending]).toEqual([[], 0, 0]);
  });
});

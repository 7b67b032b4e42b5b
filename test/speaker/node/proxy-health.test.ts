import { expect, it } from 'vitest';
import { PROXY_HEALTH, PROXY_INTERVAL, ProxyHealth } from '../../../src/speaker/node/proxy-health.ts';
import { ManualClock } from '../manual-clock.ts';

it('bars a node whose kube-proxy answers 503 twice in a row, and no other', async () => {
  const clock = new ManualClock();
  const asked: string[] = [];
  let status: number | undefined;
  let changes = 0;
  const health = new ProxyHealth(
    clock,
    async (url) => {
      asked.push(url);
      return status;
    },
    () => {
      changes += 1;
    },
  );
  const seen: boolean[] = [];
  for (const next of [200, undefined, 503, 200, 503, 503, 503, 500, 503, 503, undefined]) {
    status = next;
    await clock.run(PROXY_INTERVAL, 100);
    seen.push(health.bar() !== undefined);
  }
  expect(seen).toEqual([false, false, false, false, false, true, true, false, false, true, false]);
  expect(changes).toBe(4);
  expect(health.bar()).toBeUndefined();
  expect([asked.length, new Set(asked)]).toEqual([11, new Set([PROXY_HEALTH])]);
  health.stop();
  await clock.run(PROXY_INTERVAL * 3, 100);
  expect(asked).toHaveLength(11);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedQueue } from '../../../src/store/directory/keyed-queue.ts';

describe('KeyedQueue', { timeout: 30_000 }, () => {
  it('settles as the task does, and goes on after one that failed', async () => {
    const queue = new KeyedQueue(2);
    const failing = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', async () => 7);
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe(7);
    await queue.idle();
  });

  it('runs tasks of a key in order and alone, others side by side, and never too many', async () => {
    const task = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(task, { maxLength: 20 }),
        fc.integer({ min: 1, max: 3 }),
        async (s, tasks, max) => {
          const queue = new KeyedQueue(max);
          const running: string[] = [];
          const begun: number[] = [];
          let most = 0;
          const all = tasks.map(({ key, fails }, index) =>
            queue.run(key, async () => {
              expect(running).not.toContain(key);
              running.push(key);
              begun.push(index);
              most = Math.max(most, running.length);
              expect(running.length).toBeLessThanOrEqual(max);
              await s.schedule(Promise.resolve());
              running.splice(running.indexOf(key), 1);
              if (fails) throw new Error('fails');
              return index;
            }),
          );
          const settled = Promise.allSettled(all);
          await s.waitFor(settled);
          expect((await settled).map(({ status }) => status)).toEqual(
            tasks.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
          );
          for (const name of ['a', 'b', 'c', 'd']) {
            const order = begun.filter((index) => tasks[index]?.key === name);
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
          expect(most).toBe(Math.min(max, new Set(tasks.map(({ key }) => key)).size));
          await queue.idle();
        },
      ),
    );
  });
});

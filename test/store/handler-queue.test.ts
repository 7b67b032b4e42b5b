import { describe, expect, it } from 'vitest';
import { HandlerQueue } from '../../src/store/handler-queue.ts';
import { LogLines } from './directory/folder.ts';

describe('HandlerQueue', () => {
  it('calls in order, what a call adds behind all that waits, and never at once', async () => {
    const queue = new HandlerQueue(new LogLines());
    const calls: string[] = [];
    queue.add(() => {
      queue.add(() => calls.push('c'));
      calls.push('a');
    });
    queue.add(() => calls.push('b'));
    expect(calls).toEqual([]);
    await Promise.resolve();
    expect(calls).toEqual(['a', 'b', 'c']);
    queue.add(() => calls.push('d'));
    await Promise.resolve();
    expect(calls).toEqual(['a', 'b', 'c', 'd']);
  });

  it('logs a call that fails, and goes on', async () => {
    const log = new LogLines();
    const queue = new HandlerQueue(log);
    const calls: string[] = [];
    queue.add(() => {
      throw new Error('no');
    });
    queue.add(() => calls.push('b'));
    await Promise.resolve();
    expect([calls, log.lines]).toEqual([['b'], ['error: a watch handler failed; the watch goes on']]);
  });

  it('forgets what waits', async () => {
    const queue = new HandlerQueue(new LogLines());
    const calls: string[] = [];
    queue.add(() => calls.push('a'));
    queue.clear();
    queue.add(() => calls.push('b'));
    await Promise.resolve();
    expect(calls).toEqual(['b']);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkQueue } from '../../src/store/work-queue.ts';

/** A queue whose work each test ends by hand. */
class Bench {
  readonly started: string[] = [];
  readonly delays: number[] = [];
  readonly #ends = new Map<string, { succeed: () => void; fail: (error: Error) => void }>();
  readonly queue: WorkQueue;

  constructor(concurrency = 8) {
    this.queue = new WorkQueue({
      concurrency,
      initialDelay: 100,
      longestDelay: 1_000,
      work: (key) =>
        new Promise((succeed, fail) => {
          this.started.push(key);
          this.#ends.set(key, { succeed, fail });
        }),
      onFailure: (_key, _error, retryIn) => this.delays.push(retryIn),
    });
  }

  async succeed(key: string): Promise<void> {
    this.#ends.get(key)?.succeed();
    await vi.advanceTimersByTimeAsync(0);
  }

  async fail(key: string): Promise<void> {
    this.#ends.get(key)?.fail(new Error('refused'));
    await vi.advanceTimersByTimeAsync(0);
  }
}

describe('WorkQueue', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('works on a key once, however often it is added before its turn', () => {
    const bench = new Bench(1);
    for (const key of ['a', 'b', 'b', 'b']) bench.queue.add(key);
    expect(bench.started).toEqual(['a']);
    expect(bench.queue.size).toBe(2);
  });

  it('works on a key again that is added while it is worked on, and never twice at a time', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    bench.queue.add('a');
    expect(bench.started).toEqual(['a']);
    await bench.succeed('a');
    expect(bench.started).toEqual(['a', 'a']);
  });

  it('works on keys in the order in which they were added, those added again last', async () => {
    const bench = new Bench(1);
    for (const key of ['a', 'b', 'c']) bench.queue.add(key);
    bench.queue.add('a');
    for (const key of ['a', 'b', 'c', 'a']) await bench.succeed(key);
    expect(bench.started).toEqual(['a', 'b', 'c', 'a']);
    expect(bench.queue.size).toBe(0);
  });

  it('works on no more keys at a time than asked for', async () => {
    const bench = new Bench(2);
    for (const key of ['a', 'b', 'c']) bench.queue.add(key);
    expect(bench.started).toEqual(['a', 'b']);
    await bench.succeed('a');
    expect(bench.started).toEqual(['a', 'b', 'c']);
  });

  it('tries again after a failure, each time later, up to the longest delay, spread by up to a half', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    for (const longest of [100, 200, 400, 800, 1_000, 1_000]) {
      await bench.fail('a');
      const delay = bench.delays.at(-1) ?? 0;
      expect(delay).toBeGreaterThanOrEqual(longest / 2);
      expect(delay).toBeLessThanOrEqual(longest);
      await vi.advanceTimersByTimeAsync(longest);
    }
    expect(bench.started).toHaveLength(7);
  });

  it('begins with the first delay again after a success', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    await bench.fail('a');
    await vi.advanceTimersByTimeAsync(100);
    await bench.succeed('a');
    bench.queue.add('a');
    await bench.fail('a');
    expect(bench.delays.at(-1)).toBeLessThanOrEqual(100);
  });

  it('does not wait for the delay of a key that is added anew', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    await bench.fail('a');
    bench.queue.add('a');
    expect(bench.started).toEqual(['a', 'a']);
    await bench.succeed('a');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.started).toEqual(['a', 'a']);
  });

  it('forgets on clear what waits and what is delayed', async () => {
    const bench = new Bench(1);
    for (const key of ['a', 'b']) bench.queue.add(key);
    await bench.fail('a');
    bench.queue.clear();
    await bench.succeed('b');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.started).toEqual(['a', 'b']);
    expect(bench.queue.size).toBe(0);
  });

  it('stops when what is being worked on has ended, and takes no more', async () => {
    const bench = new Bench();
    bench.queue.add('a');
    const onStopped = vi.fn();
    void bench.queue.stop().then(onStopped);
    bench.queue.add('b');
    await vi.advanceTimersByTimeAsync(0);
    expect(onStopped).not.toHaveBeenCalled();
    await bench.fail('a');
    expect(onStopped).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.started).toEqual(['a']);
  });

  describe('where all that is tried fails', () => {
    const MANY = 200;
    let isDown: boolean;
    let tried: string[];
    let queue: WorkQueue;

    beforeEach(async () => {
      isDown = true;
      tried = [];
      const work = async (key: string) => {
        tried.push(key);
        if (isDown) throw new Error('out of order');
      };
      queue = new WorkQueue({ work, onFailure: () => {} });
      for (let number = 0; number < MANY; number++) queue.add(`${number}`);
      await vi.advanceTimersByTimeAsync(1_000);
    });
    afterEach(() => queue.stop());

    it('tries again ten times a second, however many keys have failed', async () => {
      expect(tried.length).toBeLessThanOrEqual(MANY + 20);
      const before = tried.length;
      await vi.advanceTimersByTimeAsync(20_000);
      expect(tried.length - before).toBeGreaterThanOrEqual(190);
      expect(tried.length - before).toBeLessThanOrEqual(210);
      expect(queue.size).toBe(MANY);
    });

    it('tries all again as soon as one has succeeded', async () => {
      isDown = false;
      await vi.advanceTimersByTimeAsync(200);
      expect(queue.size).toBe(0);
    });

    it('keeps no key waiting that has not failed', async () => {
      queue.add('new');
      expect(tried.at(-1)).toBe('new');
    });

    it('forgets them on clear, and what comes then is tried again in its own time', async () => {
      queue.clear();
      expect(queue.size).toBe(0);
      const before = tried.length;
      for (let number = 0; number < 50; number++) queue.add(`${number}`);
      await vi.advanceTimersByTimeAsync(100);
      expect(tried.length - before).toBeGreaterThanOrEqual(100);
    });
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Allocator } from '../../src/allocator/allocator.ts';
import { formatIPv4 } from '../../src/ip/address.ts';
import { milliseconds, type Result, summarise } from '../measure.ts';
import { allocatorWith, claimAll, FIRST, holder, pending, pool } from './objects.ts';

const SLASH_12 = 2 ** 20;

/**
 * A great many addresses held: how long a claim of all of them takes, as after a restart, what the allocator then keeps
 * in memory, and how long one more Service takes.
 */
export function benchHeld(n: number, samples: number): readonly Result[] {
  const before = heapUsed();
  let allocator: Allocator | undefined;
  const claim = milliseconds(() => {
    allocator = claimAll(allocatorWith([pool('public', [`${formatIPv4(FIRST)}/12`])]), generated(n));
  });
  const memory = (heapUsed() - before) / 2 ** 20;
  const times: number[] = [];
  for (const service of pending(Math.min(samples, SLASH_12 - n))) {
    const time = milliseconds(() => {
      allocator?.put(service);
      allocator?.settle();
    });
    times.push(time * 1_000);
  }
  return [
    summarise('held-claim', n, 'ms', [claim]),
    summarise('held-heap', n, 'MiB', [memory]),
    summarise('held-one-more', n, 'us', times),
  ];
}

/** One after the other, so that what is measured is what the allocator keeps of them. */
function* generated(n: number) {
  for (let index = 0; index < n; index++) yield holder(index);
}

/** Bytes in use when nothing is left to collect. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

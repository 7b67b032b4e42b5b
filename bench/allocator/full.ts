import type { Allocator } from '../../src/allocator/allocator.ts';
import { formatIPv4 } from '../../src/ip/address.ts';
import { FirstFitWalk } from '../first-fit-walk.ts';
import { milliseconds, type Result, summarise } from '../measure.ts';
import { allocatorWith, claimAll, FIRST, holders, pending, pool, service } from './objects.ts';

const SLASH_16 = 2 ** 16;
const PENDING = 1_000;

/**
 * A full /16 and 1,000 Services that wait for an address of it. An address of another pool, not open to them, is given
 * back: `pass-pending` is the look at all of them that follows. `pass-pending-walk` is the walk over the used addresses for
 * one Service that an allocator without an index of free space makes to find that there is none.
 */
export function benchFull(runs: number): readonly Result[] {
  const allocator = fullWithPending();
  const passes: number[] = [];
  for (let run = -WARM_UPS; run < runs; run++) {
    const time = passOverPending(allocator);
    if (run >= 0) passes.push(time);
  }
  const full = new FirstFitWalk(FIRST, SLASH_16, SLASH_16);
  const walks = Array.from({ length: 5 }, () => milliseconds(() => void full.give('default/s')));
  return [summarise('pass-pending', PENDING, 'ms', passes), summarise('pass-pending-walk', 1, 'ms', walks)];
}

/** So many passes until what is measured is compiled code. */
const WARM_UPS = 30;

function fullWithPending(): Allocator {
  const side = pool('side', [`${formatIPv4(FIRST + SLASH_16)}/32`], { autoAssign: false });
  const allocator = allocatorWith([pool('public', [`${formatIPv4(FIRST)}/16`]), side]);
  claimAll(allocator, holders(SLASH_16));
  for (const waiting of pending(PENDING)) allocator.put(waiting);
  const refused = allocator.settle().filter(({ reason }) => reason === 'PoolExhausted');
  if (refused.length !== PENDING) throw new Error('bench: not every Service waits');
  return allocator;
}

function passOverPending(allocator: Allocator): number {
  allocator.put(service('passer-by', { namespace: 'side', annotations: { 'berth.dev/address-pool': 'side' } }));
  if (allocator.settle().length !== 1) throw new Error('bench: the passer-by was not served');
  allocator.remove('side/passer-by');
  return milliseconds(() => {
    if (allocator.settle().length > 0) throw new Error('bench: a full pool had room');
  });
}

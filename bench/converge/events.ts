import { setTimeout as pass } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { countEvents } from './services.ts';

/** So many milliseconds without a further event mean that all have been told. */
const QUIET = 2_000;

/** What was told by events. */
export interface Events {
  readonly count: number;
  /** From the last address to the last event. */
  readonly millis: number;
}

/** Waits until no more events come. @param since when the last Service had its address */
export async function eventsSince({ api }: Lab, former: number, since: number): Promise<Events> {
  let count = 0;
  let last = since;
  while (performance.now() - last < QUIET) {
    await pass(100);
    const now = (await countEvents(api)) - former;
    if (now !== count) last = performance.now();
    count = now;
  }
  return { count, millis: Math.max(0, last - since) };
}

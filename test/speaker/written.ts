import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManualClock } from './manual-clock.ts';
import type { MemoryNode } from './memory-node.ts';

/** So many turns of 10 ms are more than a node waits before it writes. */
const TURNS = 1000;
/** Milliseconds of real time that a write may take: on a busy machine more than the turns do. */
const PATIENCE = 20_000;

/** Waits until a text is in all that a node keeps for its next life: what is written down takes real time. */
export async function written(clock: ManualClock, { name, runDirectory }: MemoryNode, text: string): Promise<void> {
  const files = [`objects-${name}.json`, `held-${name}.json`].map((file) => join(runDirectory, file));
  const until = performance.now() + PATIENCE;
  for (let turn = 0; performance.now() < until; turn++) {
    try {
      if (files.every((file) => readFileSync(file, 'utf8').includes(text))) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (turn < TURNS) await clock.run(10);
  }
  throw new Error(`${text} was not written`);
}

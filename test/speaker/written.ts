import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManualClock } from './manual-clock.ts';
import type { MemoryNode } from './memory-node.ts';

/** Waits until a text is in all that a node keeps for its next life: what is written down takes real time. */
export async function written(clock: ManualClock, { name, runDirectory }: MemoryNode, text: string): Promise<void> {
  const files = [`objects-${name}.json`, `held-${name}.json`].map((file) => join(runDirectory, file));
  for (let turn = 0; turn < 1000; turn++) {
    try {
      if (files.every((file) => readFileSync(file, 'utf8').includes(text))) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setImmediate(resolve));
    await clock.run(10);
  }
  throw new Error(`${text} was not written`);
}

import { expect } from 'vitest';
import { bundledScenario } from './bundled.ts';
import type { ScenarioOptions } from './scenario.ts';

const LAST_LINES = 120;

const { runSeed } = await bundledScenario();

/** Runs seeds one after another. The first that fails is run again for its timeline. */
export function expectToHold(first: number, count: number, options: ScenarioOptions = {}): void {
  for (let seed = first; seed < first + count; seed++) {
    const { violations } = runSeed(seed, options);
    if (violations.length === 0) continue;
    const { timeline, kind } = runSeed(seed, { ...options, trace: true });
    const { nodes, addresses } = options.size ?? {};
    const size = nodes === undefined ? '' : ` --nodes ${nodes} --addresses ${addresses}`;
    const replay = `npm run -s sim -- --seed ${seed}${size} --trace`;
    expect.fail(`${kind}: ${violations.join('\n')}\n${timeline.slice(-LAST_LINES).join('\n')}\n${replay}`);
  }
}

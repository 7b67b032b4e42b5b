import { describe, expect, it } from 'vitest';
import { runMutation } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';

/** More than the rule that is the hardest to see needs. */
const SEEDS = 1_500;

describe('the simulation notices when a rule is broken', () => {
  it.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))('$rule ($index)', async (mutation) => {
    const { seed } = await runMutation(mutation, SEEDS);
    expect(seed).toBeDefined();
  });
});

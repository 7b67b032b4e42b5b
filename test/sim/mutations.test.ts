import { describe, expect, it } from 'vitest';
import { runMutation } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';

/** More than the rule that is the hardest to see needs. */
const SEEDS = 2_000;

describe('a rule that is broken is noticed', () => {
  it.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))('$rule ($index)', async (mutation) => {
    expect(await runMutation(mutation, SEEDS)).toBeDefined();
  });
});

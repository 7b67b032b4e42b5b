import { beforeAll, describe, expect, it } from 'vitest';
import { runMutatedTests, runMutation } from './mutate.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';

/** More than the rule that is the hardest to see needs. */
const SEEDS = 2_000;

const isForTest = (mutation: Mutation): mutation is Mutation & { noticedBy: string } =>
  typeof mutation.noticedBy === 'string';
let tests: Awaited<ReturnType<typeof runMutatedTests>>;

beforeAll(async () => {
  tests = await runMutatedTests(MUTATIONS.filter(isForTest));
}, 120_000);

describe('a rule that is broken is noticed', () => {
  it.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))('$rule ($index)', async (mutation) => {
    const notice = isForTest(mutation) ? tests.notices.get(mutation.rule) : await runMutation(mutation, SEEDS);
    expect(notice).toBeDefined();
  });

  it('and none is by the tests where none is broken', () => {
    expect(tests.unprovoked).toEqual([]);
  });
});

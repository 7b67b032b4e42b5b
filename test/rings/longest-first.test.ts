import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LONGEST, rankOf } from './longest-first.ts';

describe('the longest files', () => {
  it.each(LONGEST)('are there, and named once: %s', (file) => {
    expect(existsSync(file)).toBe(true);
    expect(LONGEST.filter((each) => each === file)).toEqual([file]);
  });

  it('come before all others, in their order', () => {
    const others = ['test/rings/tally.test.ts', 'test/lab/enter.test.ts'];
    const shuffled = [...others, ...[...LONGEST].reverse()].map((file) => resolve(file));
    shuffled.sort((a, b) => rankOf(a) - rankOf(b));
    expect(shuffled).toEqual([...LONGEST, ...others].map((file) => resolve(file)));
  });
});

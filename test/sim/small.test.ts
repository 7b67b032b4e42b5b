import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { runSeed } from './scenario.ts';
import { expectToHold } from './seeds.ts';

const SEEDS = 2_000;
const AT_ONCE = 100;

describe('speakers of up to 8 nodes and 50 addresses', () => {
  const firsts = Array.from({ length: SEEDS / AT_ONCE }, (_, index) => 1 + index * AT_ONCE);

  it.each(firsts)(`hold to the rules: ${AT_ONCE} seeds from %i`, (first) => {
    expectToHold(first, AT_ONCE);
  });

  it('do the same for the same seed', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const once = runSeed(seed, { trace: true });
      expect(once.timeline.length).toBeGreaterThan(100);
      expect(runSeed(seed, { trace: true })).toEqual(once);
    }
  });
});

describe('Random', () => {
  it('goes through the same numbers for a seed, and through others for another', () => {
    const numbers = (seed: number): readonly number[] => {
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => random.next());
    };
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    for (const each of numbers(1)) expect(each >= 0 && each < 1).toBe(true);
  });
});

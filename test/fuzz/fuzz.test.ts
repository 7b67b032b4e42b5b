import { describe, expect, it } from 'vitest';
import { Random } from '../sim/random.ts';
import { fuzz, TARGETS } from './fuzz.ts';
import { mutate } from './mutation.ts';

describe('octets of strangers', () => {
  it.each(TARGETS)('%s: nothing is thrown, no address given up, every drop counted', (target) => {
    const { inputs, dropped } = fuzz(target, 4000, 20261121);
    expect(inputs).toBe(4000);
    expect(dropped).toBeGreaterThan(1000);
  });
});

describe('mutate', () => {
  it('gives the same for the same seed, and hardly ever what it began with', () => {
    const corpus = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), Uint8Array.of(9, 10, 11, 12)];
    const inputs = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 200 }, () => Buffer.from(mutate(corpus, random)).toString('hex'));
    };
    expect(inputs(3)).toEqual(inputs(3));
    expect(inputs(3)).not.toEqual(inputs(4));
    expect(inputs(3).filter((each) => each === '0102030405060708').length).toBeLessThan(20);
  });
});

import { describe, it } from 'vitest';
import { expectToHold } from './seeds.ts';

const SEEDS = 20;
const size = { nodes: 50, addresses: 500 };

describe('speakers of 50 nodes and 500 addresses', () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('hold to the rules: seed %i', (seed) => {
    expectToHold(seed, 1, { size });
  });
});

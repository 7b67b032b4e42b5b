import { describe, expect, it } from 'vitest';
import { DECODE_DROPS } from '../../src/speaker/arp/message.ts';
import { RESPONDER_DROPS } from '../../src/speaker/arp/responder.ts';
import { NDP_DECODE_DROPS } from '../../src/speaker/ndp/message.ts';
import { NDP_RESPONDER_DROPS } from '../../src/speaker/ndp/responder.ts';
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

it.each([
  ['arp', [...DECODE_DROPS, ...RESPONDER_DROPS]],
  ['ndp', [...NDP_DECODE_DROPS, ...NDP_RESPONDER_DROPS]],
] as const)('%s: mutations come as far as every check', (target, checks) => {
  const { reasons } = fuzz(target, 8000, 7);
  // Other EtherTypes the kernel keeps; what bears our nonce, and what is probed for, is not there once it is answered for.
  const absent: readonly string[] = ['VlanTagged', 'NotArp', 'LoopedBack', 'NotYetAnswering'];
  expect([...reasons].sort()).toEqual(checks.filter((each) => !absent.includes(each)).sort());
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

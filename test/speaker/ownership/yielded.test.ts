import { describe, expect, it } from 'vitest';
import { Yielded } from '../../../src/speaker/ownership/yielded.ts';

/** Until when it is left to one that asks at these times. */
function askedAt(...times: readonly number[]): number {
  const yielded = new Yielded({ poll: 300 });
  for (const at of times) yielded.asks(at);
  return yielded.until;
}

describe('Yielded', () => {
  it.each<[string, readonly number[], number]>([
    ['for nothing where it was never asked', [], Number.NEGATIVE_INFINITY],
    ['for 300 ms where it was asked once', [1_000], 1_300],
    ['from the last question on', [1_000, 1_280], 1_580],
    ['for 900 ms from the first one at most', [1_000, 1_280, 1_560, 1_840, 2_100], 1_900],
    ['anew when it was not for 300 ms', [1_000, 1_600], 1_900],
    ['anew after that, also where it is asked all the while', [1_000, 1_280, 1_560, 1_840, 2_100, 2_200], 2_500],
  ])('lasts %s', (_, times, until) => {
    expect(askedAt(...times)).toBe(until);
  });
});

import { describe, expect, it } from 'vitest';
import { LIFETIME, Liveness } from '../../src/speaker/liveness.ts';

describe('Liveness', () => {
  it('counts a node as alive for 3 s after its Lease was first seen, whatever the Lease says', () => {
    const liveness = new Liveness();
    liveness.observe('n1', 'renewed in 1970', 5000);
    expect([...liveness.alive(5000 + LIFETIME - 1)]).toEqual(['n1']);
    expect([...liveness.alive(5000 + LIFETIME)]).toEqual([]);
  });

  it('counts from the last change, not from the last look', () => {
    const liveness = new Liveness();
    liveness.observe('n1', 'a', 0);
    liveness.observe('n1', 'b', 2000);
    liveness.observe('n1', 'b', 4000);
    expect(liveness.alive(4999).has('n1')).toBe(true);
    expect(liveness.alive(5000).has('n1')).toBe(false);
  });

  it('takes a change after long silence for life', () => {
    const liveness = new Liveness();
    liveness.observe('n1', 'a', 0);
    liveness.observe('n1', 'b', 100_000);
    expect(liveness.alive(100_001).has('n1')).toBe(true);
  });

  it('counts a node as gone at once when its Lease is', () => {
    const liveness = new Liveness();
    liveness.observe('n1', 'a', 0);
    liveness.forget('n1');
    expect(liveness.alive(1).size).toBe(0);
  });

  it('tells when the next of the living will have been silent for too long', () => {
    const liveness = new Liveness();
    liveness.observe('n1', 'a', 0);
    liveness.observe('n2', 'a', 1000);
    expect(liveness.next(0)).toBe(LIFETIME);
    expect(liveness.next(LIFETIME)).toBe(1000 + LIFETIME);
    expect(liveness.next(1000 + LIFETIME)).toBeUndefined();
  });

  it('excuses those who were alive when the store was last heard, and nobody else', () => {
    const liveness = new Liveness();
    liveness.observe('long dead', 'a', 0);
    liveness.observe('alive', 'a', 9000);
    liveness.excuse(10_000, 60_000);
    expect([...liveness.alive(60_000 + LIFETIME - 1)]).toEqual(['alive']);
    expect(liveness.alive(60_000 + LIFETIME).size).toBe(0);
  });
});

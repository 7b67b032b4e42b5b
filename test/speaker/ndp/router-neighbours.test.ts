import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouterNeighbours } from '../../../src/speaker/ndp/router-neighbours.ts';
import { DOUBT } from '../../../src/speaker/ndp/router-schedule.ts';

const A = { address: 0xfe80n << 112n, mac: 1, lifetime: 30 };
const B = { address: (0xfe80n << 112n) + 1n, mac: 2, lifetime: 30 };

describe('RouterNeighbours', () => {
  it('remembers a router for the lifetime that it names, from when it was last heard', () => {
    const neighbours = new RouterNeighbours();
    expect(neighbours.heard(A, 0)).toBe('New');
    expect(neighbours.heard(A, 10_000)).toBe('Known');
    expect(neighbours.next()).toBe(40_000);
    expect([neighbours.expire(39_999), neighbours.addresses()]).toEqual([false, [A.address]]);
    expect([neighbours.expire(40_000), neighbours.addresses()]).toEqual([true, []]);
    expect(neighbours.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it('remembers one that is no default router for half an hour', () => {
    const neighbours = new RouterNeighbours();
    neighbours.heard({ ...A, lifetime: 0 }, 0);
    expect(neighbours.next()).toBe(1_800_000);
  });

  it('gives a machine the address that it was last heard with, and no other', () => {
    const neighbours = new RouterNeighbours();
    neighbours.heard(A, 0);
    expect(neighbours.heard({ ...B, mac: A.mac }, 1)).toBe('New');
    expect(neighbours.addresses()).toEqual([B.address]);
  });

  it('forgets one that is not heard again soon after another has appeared', () => {
    const neighbours = new RouterNeighbours();
    neighbours.heard({ ...A, lifetime: 9000 }, 0);
    neighbours.heard(B, 1000);
    expect(neighbours.addresses()).toEqual([A.address, B.address]);
    neighbours.heard(B, 1000 + DOUBT);
    expect(neighbours.addresses()).toEqual([B.address]);
  });

  it('keeps both where both are heard', () => {
    const neighbours = new RouterNeighbours();
    neighbours.heard({ ...A, lifetime: 9000 }, 0);
    neighbours.heard({ ...B, lifetime: 9000 }, 1000);
    neighbours.heard({ ...A, lifetime: 9000 }, 2000);
    neighbours.expire(8_000_000);
    expect(neighbours.addresses()).toEqual([A.address, B.address]);
  });

  it('stays small whoever advertises', () => {
    const heard = fc.record({ number: fc.nat(40), mac: fc.nat(40), lifetime: fc.nat(65_535) });
    fc.assert(
      fc.property(fc.array(heard, { maxLength: 200 }), (advertisements) => {
        const neighbours = new RouterNeighbours();
        for (const [now, { number, ...rest }] of advertisements.entries()) {
          const hearing = neighbours.heard({ ...rest, address: A.address + BigInt(number) }, now);
          expect(neighbours.addresses().length).toBeLessThanOrEqual(8);
          expect(neighbours.addresses().includes(A.address + BigInt(number))).toBe(hearing !== 'TooMany');
        }
      }),
    );
  });
});

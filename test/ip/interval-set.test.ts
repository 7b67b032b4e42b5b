import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arithmetic, BIGINT, IntervalSet, NUMBER } from '../../src/ip/interval-set.ts';

const UNIVERSE = 40;

/** What the set is to be: each member by itself. */
type Members = Set<number>;

/** Runs of members, found by looking at every integer. */
function runsOf(members: Members): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let value = 0; value < UNIVERSE; value++) {
    const run = runs.at(-1);
    if (!members.has(value)) continue;
    if (run !== undefined && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs;
}

type Step = readonly ['add' | 'remove', number, number];

const anySteps = fc.array(
  fc
    .tuple(fc.constantFrom('add' as const, 'remove' as const), fc.nat(UNIVERSE - 1), fc.nat(UNIVERSE - 1))
    .map(([verb, a, b]): Step => [verb, Math.min(a, b), Math.max(a, b)]),
  { maxLength: 60 },
);

describe.each([
  ['number', NUMBER as Arithmetic<number | bigint>, (value: number): number | bigint => value, 2 ** 32 - UNIVERSE],
  ['bigint', BIGINT as Arithmetic<number | bigint>, (value: number): number | bigint => BigInt(value), 2 ** 53],
])('an interval set of %s', (_, arithmetic, of, elsewhere) => {
  const empty = () => new IntervalSet<number | bigint>(arithmetic);

  it.each([
    ['at the bottom of the space', 0],
    ['further up', elsewhere],
  ])('says of any additions and removals %s what a set of single integers says', (_, base) => {
    const at = (value: number) => arithmetic.plus(of(base), of(value));
    fc.assert(
      fc.property(anySteps, fc.nat(UNIVERSE - 1), fc.nat(UNIVERSE - 1), (steps, from, to) => {
        const set = empty();
        const members: Members = new Set();
        const counts: [number | bigint, number | bigint][] = [];
        for (const [verb, first, last] of steps) {
          set[verb](at(first), at(last));
          for (let value = first; value <= last; value++) members[verb === 'add' ? 'add' : 'delete'](value);
          counts.push([set.count, of(members.size)]);
        }
        expect(counts.map(([count]) => count)).toEqual(counts.map(([, size]) => size));
        const universe = Array.from({ length: UNIVERSE }, (_, value) => value);
        expect(universe.filter((value) => set.has(at(value)))).toEqual([...members].sort((a, b) => a - b));
        const runs = runsOf(members).map(([first, last]) => ({ first: at(first), last: at(last) }));
        expect([...set.intervals()]).toEqual(runs);
        const lowest = [...members].sort((a, b) => a - b).find((value) => from <= value && value <= to);
        expect(set.lowest(at(from), at(to))).toBe(lowest === undefined ? undefined : at(lowest));
      }),
      { numRuns: 500 },
    );
  });

  it('is empty at first', () => {
    expect(empty().count).toBe(of(0));
    expect(empty().has(of(0))).toBe(false);
    expect(empty().lowest(of(0), of(9))).toBeUndefined();
    expect([...empty().intervals()]).toEqual([]);
  });

  it('joins what touches', () => {
    const set = empty();
    set.add(of(4), of(5));
    set.add(of(8), of(9));
    set.add(of(6), of(7));
    expect([...set.intervals()]).toEqual([{ first: of(4), last: of(9) }]);
  });

  it('is split by what is taken from its middle', () => {
    const set = empty();
    set.add(of(0), of(9));
    set.remove(of(4), of(5));
    expect([...set.intervals()]).toEqual([
      { first: of(0), last: of(3) },
      { first: of(6), last: of(9) },
    ]);
  });

  it('stays right over many intervals that come and go', () => {
    const set = empty();
    for (let value = 0; value < 20_000; value += 2) set.add(of((value * 7919) % 20_000), of((value * 7919) % 20_000));
    expect(set.count).toBe(of(10_000));
    for (let value = 0; value < 20_000; value += 4) set.remove(of(value), of(value));
    expect(set.count).toBe(of(5_000));
    expect(set.lowest(of(9_999), of(19_999))).toBe(of(10_002));
    for (let value = 1; value < 20_000; value += 2) set.add(of(value), of(value));
    expect([...set.intervals()].slice(0, 3)).toEqual([
      { first: of(1), last: of(3) },
      { first: of(5), last: of(7) },
      { first: of(9), last: of(11) },
    ]);
    set.remove(of(0), of(20_000));
    expect([...set.intervals()]).toEqual([]);
    expect(set.count).toBe(of(0));
  });
});

describe('the ends of the address spaces', () => {
  it('holds all of IPv4', () => {
    const set = new IntervalSet(NUMBER);
    const last = 2 ** 32 - 1;
    set.add(0, last);
    expect(set.count).toBe(2 ** 32);
    set.remove(last, last);
    set.remove(0, 0);
    expect(set.count).toBe(2 ** 32 - 2);
    expect([set.has(0), set.has(1), set.has(last - 1), set.has(last)]).toEqual([false, true, true, false]);
    set.add(last, last);
    set.add(0, 0);
    expect([...set.intervals()]).toEqual([{ first: 0, last }]);
  });

  it('holds all of IPv6', () => {
    const set = new IntervalSet(BIGINT);
    const last = 2n ** 128n - 1n;
    set.add(0n, last);
    expect(set.count).toBe(2n ** 128n);
    set.remove(last, last);
    set.remove(0n, 0n);
    expect(set.count).toBe(2n ** 128n - 2n);
    expect([set.has(0n), set.has(1n), set.has(last - 1n), set.has(last)]).toEqual([false, true, true, false]);
    set.add(last, last);
    set.add(0n, 0n);
    expect([...set.intervals()]).toEqual([{ first: 0n, last }]);
  });

  it('counts beyond what a double holds exactly', () => {
    const set = new IntervalSet(BIGINT);
    set.add(0n, 2n ** 64n);
    set.remove(7n, 7n);
    expect(set.count).toBe(2n ** 64n);
    expect(set.lowest(7n, 2n ** 64n)).toBe(8n);
  });
});

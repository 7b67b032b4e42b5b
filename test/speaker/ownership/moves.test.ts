import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Move, mergeMoves, moveId } from '../../../src/speaker/ownership/moves.ts';

const move = (id: number, at: number): Move => ({ id, at });

describe('mergeMoves', () => {
  it.each<[string, readonly (readonly Move[])[], readonly Move[]]>([
    ['knows of nothing where nobody does', [[], []], []],
    [
      'counts a move once, of which others heard later',
      [[move(1, 900)], [move(1, 950), move(1, 1_700)]],
      [move(1, 900)],
    ],
    ['counts two moves of one moment', [[move(1, 900)], [move(2, 900)]], [move(1, 900), move(2, 900)]],
    ['forgets what was long ago', [[move(1, 100), move(2, 101)]], [move(2, 101)]],
    [
      'remembers the last ones',
      [[1, 2, 3].map((id) => move(id, 200 + id)), [move(4, 204), move(5, 205)]],
      [2, 3, 4, 5].map((id) => move(id, 200 + id)),
    ],
  ])('%s', (_, lists, merged) => {
    expect(mergeMoves(lists, 100, 4)).toEqual(merged);
  });

  it('comes to the same in whatever order lists are heard, and however often', () => {
    const moves = fc.array(fc.record({ id: fc.nat(9), at: fc.integer({ min: 101, max: 999 }) }), { maxLength: 6 });
    fc.assert(
      fc.property(moves, moves, (a, b) => {
        const merged = mergeMoves([a, b], 100, 20);
        expect(mergeMoves([b, a], 100, 20)).toEqual(merged);
        expect(mergeMoves([mergeMoves([a], 100, 20), b, merged], 100, 20)).toEqual(merged);
      }),
    );
  });
});

describe('moveId', () => {
  it('is a number of 32 bits', () => {
    expect([moveId(0xffff_ffff, 1.5), moveId(7, 3)]).toEqual([0, 10]);
  });
});

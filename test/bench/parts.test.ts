import { afterEach, describe, expect, it, vi } from 'vitest';
import { summarise } from '../../bench/measure.ts';
import { inParts, type Part, PartFailedError } from '../../bench/parts.ts';

const first = summarise('first', 1, 'ms', [1]);
const second = summarise('second', 1, 'ms', [2]);
const failing: Part = [
  'third',
  () => {
    throw new Error('it ended');
  },
];

describe('inParts', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('gives the results of all parts, and tells of each as soon as it is there', async () => {
    const told = vi.spyOn(console, 'error').mockReturnValue();
    const measured = await inParts([
      ['one', () => [first]],
      ['two', async () => [second]],
    ]);
    expect(measured).toEqual([first, second]);
    expect(told.mock.calls).toEqual([['one: first 1: 1.00 ms'], ['two: second 1: 2.00 ms']]);
  });

  it('keeps what was measured before a part failed, within other parts too', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const inner = () => inParts([['two', () => [second]], failing]);
    const failure = await inParts([
      ['one', () => [first]],
      ['others', inner],
    ]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartFailedError);
    expect(failure).toMatchObject({ part: 'others, third', results: [first, second] });
    expect(String(failure)).toContain('it ended');
  });
});

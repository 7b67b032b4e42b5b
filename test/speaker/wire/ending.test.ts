import { describe, expect, it } from 'vitest';
import { Ending } from '../../../src/speaker/wire/ending.ts';

describe('the end of a wire', () => {
  it.each([
    ['what was said last is on its way', 0, 99, true, false, 100],
    ['it was heard and nobody is waited for', 0, 100, true, true, 500],
    ['somebody is waited for', 0, 499, false, false, 500],
    ['patience is over', 0, 500, false, true, 500],
    ['patience is over before the last word is heard', 1, 550, true, false, 600],
    ['and it was heard', 1, 600, false, true, 600],
  ])('when %s', (_, late, now, isOver, isDue, next) => {
    const ending = new Ending({ heardAt: late ? 600 : 100, by: 500, isOver: () => isOver }, () => {});
    expect(ending.isDue(now)).toBe(isDue);
    expect(ending.next(now)).toBe(next);
  });
});

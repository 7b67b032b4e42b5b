import { describe, expect, it } from 'vitest';
import { Ending } from '../../../src/speaker/wire/ending.ts';

describe('the end of a wire', () => {
  it.each([
    ['what was said last is on its way', 0, 99, true, false, 100],
    ['it was heard and nobody is waited for', 0, 100, true, true, 100],
    ['somebody is waited for', 0, 174, false, false, 175],
    ['patience is over', 0, 175, false, true, 175],
    ['patience is over before the last word is heard', 1, 550, true, false, 600],
    ['and it was heard', 1, 600, false, true, 600],
  ])('that restarts, when %s', (_, late, now, isOver, isDue, next) => {
    const conditions = { reason: 'Restart', now: 0, heardAt: late ? 600 : 100, hasHeir: () => !isOver } as const;
    const ending = new Ending(conditions, () => {});
    expect(ending.isDue(now)).toBe(isDue);
    expect(ending.next(now)).toBe(next);
  });

  it('that leaves, half a second after the last of what it answered has moved, since neighbours hear of it later', () => {
    let hasHeir = true;
    const ending = new Ending({ reason: 'Leave', now: 0, heardAt: 0, hasHeir: () => hasHeir }, () => {});
    expect([ending.isDue(20), ending.next(20)]).toEqual([false, 5000]);
    hasHeir = false;
    expect([ending.isDue(30), ending.next(30)]).toEqual([false, 530]);
    expect([ending.isDue(529), ending.isDue(530)]).toEqual([false, true]);
  });

  it('that leaves is not put off by who takes nothing over, nor where there is nobody', () => {
    const waits = new Ending({ reason: 'Leave', now: 0, heardAt: 0, hasHeir: () => true }, () => {});
    expect([waits.isDue(4999), waits.isDue(5000)]).toEqual([false, true]);
    expect(new Ending({ reason: 'Leave', now: 0, heardAt: 0, hasHeir: () => false }, () => {}).isDue(0)).toBe(true);
  });
});

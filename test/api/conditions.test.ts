import { describe, expect, it } from 'vitest';
import { findCondition, removeCondition, setCondition } from '../../src/api/conditions.ts';
import type { Condition } from '../../src/api/object.ts';

const THEN = '2026-01-01T00:00:00Z';
const NOW = '2026-01-02T00:00:00Z';
const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'fine' } as const;
const before: readonly Condition[] = [
  { ...ready, lastTransitionTime: THEN },
  { type: 'Other', status: 'False', reason: 'X', message: '', lastTransitionTime: THEN },
];

describe('setCondition', () => {
  it('adds a condition that is not there', () => {
    expect(setCondition(undefined, ready, NOW)).toEqual([{ ...ready, lastTransitionTime: NOW }]);
  });

  it('keeps the time while the status stays, and the place and the conditions of others', () => {
    expect(setCondition(before, { ...ready, reason: 'Deleting', message: 'soon' }, NOW)).toEqual([
      { ...ready, reason: 'Deleting', message: 'soon', lastTransitionTime: THEN },
      before[1],
    ]);
  });

  it('takes the time anew when the status changes', () => {
    expect(findCondition(setCondition(before, { ...ready, status: 'False' }, NOW), 'Ready')).toMatchObject({
      status: 'False',
      lastTransitionTime: NOW,
    });
  });

  it.each([{ ...ready }, { ...ready, observedGeneration: undefined }])(
    'returns the same list when nothing changes',
    (next) => {
      expect(setCondition(before, next, NOW)).toBe(before);
    },
  );

  it('sees a new generation as a change', () => {
    expect(setCondition(before, { ...ready, observedGeneration: 2 }, NOW)).not.toBe(before);
  });

  it('gives a time to a condition that has none', () => {
    expect(setCondition([{ type: 'Ready', status: 'True' }], ready, NOW)).toEqual([
      { ...ready, lastTransitionTime: NOW },
    ]);
  });
});

describe('removeCondition', () => {
  it('takes one type away and leaves the rest', () => {
    expect(removeCondition(before, 'Ready')).toEqual([before[1]]);
    expect(removeCondition(before, 'Absent')).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import { processorTimes, stolenShare } from '../../bench/stolen-time.ts';

describe('stolenShare', () => {
  it('is what the host took of all time in between, guests not counted twice', () => {
    const before = processorTimes('cpu  100 10 20 300 5 0 5 60 40 4\ncpu0 1 2 3\n');
    const after = processorTimes('cpu  150 10 30 330 5 0 5 70 90 9\ncpu0 1 2 3\n');
    expect(before).toEqual({ all: 500, stolen: 60 });
    expect(stolenShare(before, after)).toBe(10);
  });

  it('is nothing in no time', () => {
    const now = processorTimes();
    expect(stolenShare(now, now)).toBe(0);
  });
});

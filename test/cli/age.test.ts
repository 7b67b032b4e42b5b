import { describe, expect, it } from 'vitest';
import { ageText, durationText } from '../../src/cli/age.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

describe('durationText', () => {
  // The table of TestHumanDuration and TestHumanDurationBoundaries in k8s.io/apimachinery/pkg/util/duration.
  it.each([
    [SECOND, '1s'],
    [70 * SECOND, '70s'],
    [190 * SECOND, '3m10s'],
    [70 * MINUTE, '70m'],
    [47 * HOUR, '47h'],
    [49 * HOUR, '2d1h'],
    [8 * DAY + 2 * HOUR, '8d'],
    [367 * DAY, '367d'],
    [4 * YEAR + 2 * HOUR, '4y'],
    [8 * YEAR - 1, '7y364d'],
    [8 * YEAR, '8y'],
    [8 * YEAR + 364 * DAY, '8y'],
    [9 * YEAR, '9y'],
    [-2 * SECOND, '<invalid>'],
    [-2 * SECOND + 1, '0s'],
    [0, '0s'],
    [SECOND - 1, '0s'],
    [2 * MINUTE - 1, '119s'],
    [2 * MINUTE, '2m'],
    [2 * MINUTE + SECOND, '2m1s'],
    [10 * MINUTE - 1, '9m59s'],
    [10 * MINUTE, '10m'],
    [3 * HOUR - 1, '179m'],
    [3 * HOUR, '3h'],
    [3 * HOUR + MINUTE, '3h1m'],
    [8 * HOUR - 1, '7h59m'],
    [8 * HOUR, '8h'],
    [8 * HOUR + 59 * MINUTE, '8h'],
    [2 * DAY - 1, '47h'],
    [2 * DAY, '2d'],
    [8 * DAY - 1, '7d23h'],
    [2 * YEAR - 1, '729d'],
    [2 * YEAR, '2y'],
    [2 * YEAR + 23 * HOUR, '2y'],
    [3 * YEAR, '3y'],
  ])('%i ms is %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

describe('ageText', () => {
  const now = new Date('2026-01-02T00:00:00Z');
  it.each([
    ['2026-01-01T23:59:15Z', '45s'],
    ['2026-01-02T01:00:00+01:30', '30m'],
    [undefined, '<unknown>'],
    ['yesterday', '<unknown>'],
  ])('%s', (since, text) => {
    expect(ageText(since, now)).toBe(text);
  });
});

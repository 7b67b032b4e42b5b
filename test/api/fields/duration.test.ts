import { describe, expect, it } from 'vitest';
import { durationBetween, milliseconds, seconds, wholeSecondsBetween } from '../../../src/api/fields/duration.ts';

describe('milliseconds', () => {
  it.each([
    ['0s', 0],
    ['100ms', 100],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h2m3s4ms', 3_723_004],
    ['1s1s', 2_000],
  ])('%s', (text, expected) => {
    expect(milliseconds(text)).toBe(expected);
  });

  it.each(['', '100', 's', '1.5s', '-1s', '1 s', '1us', '1h1h1h1h1h', '123456s'])('refuses %j', (text) => {
    expect(() => milliseconds(text)).toThrow(RangeError);
  });
});

describe('durationBetween', () => {
  const schema = durationBetween('10ms', '1m');

  it.each([
    ['9ms', false],
    ['10ms', true],
    ['60s', true],
    ['1m1ms', false],
    ['soon', false],
  ])('%s: %s', (text, expected) => {
    expect(schema.safeParse(text).success).toBe(expected);
  });
});

describe('wholeSecondsBetween', () => {
  it.each<[string, boolean, boolean]>([
    ['0s', false, true],
    ['2s', false, false],
    ['3s', true, true],
    ['1m30s', true, true],
    ['2m', true, true],
    ['2m1s', false, false],
    ['3500ms', false, false],
    ['4000ms', false, false],
    ['soon', false, false],
  ])('%s: %s, and %s where it may be none', (text, expected, orZero) => {
    expect(wholeSecondsBetween('3s', '2m').safeParse(text).success).toBe(expected);
    expect(wholeSecondsBetween('3s', '2m', { orZero: true }).safeParse(text).success).toBe(orZero);
  });

  it('asks for the unit of a number', () => {
    const { error } = wholeSecondsBetween('3s', '2m').safeParse(90);
    expect(error?.issues[0]?.message).toContain('write 90s');
  });
});

it('seconds reads minutes', () => {
  expect(seconds('1m30s')).toBe(90);
});

import { expect, it } from 'vitest';
import { wholeSeconds } from '../../../src/import/metallb/go-duration.ts';

it.each<[string, number | undefined]>([
  ['0', 0],
  ['0s', 0],
  ['90s', 90],
  ['1m30s', 90],
  ['1h0m0.5s', 3600],
  ['2999ms', 2],
  ['.5m', 30],
  ['0.3s700ms', 1],
  ['1000000us', 1],
  ['1000000µs', 1],
  ['90', undefined],
  ['s', undefined],
  ['1 s', undefined],
  ['-1s', undefined],
  ['', undefined],
])('%j is %s s', (text, seconds) => {
  expect(wholeSeconds(text)).toBe(seconds);
});

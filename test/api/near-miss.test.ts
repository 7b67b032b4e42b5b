import { describe, expect, it } from 'vitest';
import { closest } from '../../src/api/near-miss.ts';

const FIELDS = ['addresses', 'autoAssign', 'avoidBuggyIPs', 'sharing'];

describe('closest', () => {
  it.each([
    ['address', 'addresses'],
    ['autoasign', 'autoAssign'],
    ['auto-assign', 'autoAssign'],
    ['AVOIDBUGGYIPS', 'avoidBuggyIPs'],
    ['sharnig', 'sharing'],
    ['colour', undefined],
    ['', undefined],
  ])('%s: %s', (word, expected) => {
    expect(closest(word, FIELDS)).toBe(expected);
  });

  it('takes the nearest, and the first of two as near', () => {
    expect(closest('abcdef', ['abcxyf', 'abcdex', 'abcdey'])).toBe('abcdex');
  });
});

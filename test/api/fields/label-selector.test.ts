import { describe, expect, it } from 'vitest';
import { type LabelSelector, matchesAnySelector, matchesSelector } from '../../../src/api/fields/label-selector.ts';

const LABELS = { app: 'web', zone: 'a', empty: '' };

function expression(
  key: string,
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
  values?: string[],
): LabelSelector {
  return { matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] };
}

describe('matchesSelector', () => {
  it.each<[string, LabelSelector, boolean]>([
    ['an empty selector', {}, true],
    ['empty lists', { matchLabels: {}, matchExpressions: [] }, true],
    ['an equal label', { matchLabels: { app: 'web' } }, true],
    ['a label of another value', { matchLabels: { app: 'api' } }, false],
    ['one of two labels', { matchLabels: { app: 'web', tier: 'front' } }, false],
    ['an empty value that is there', { matchLabels: { empty: '' } }, true],
    ['an empty value that is absent', { matchLabels: { tier: '' } }, false],
    ['In with the value', expression('zone', 'In', ['b', 'a']), true],
    ['In without the value', expression('zone', 'In', ['b']), false],
    ['In of an absent label', expression('tier', 'In', ['b']), false],
    ['NotIn with the value', expression('zone', 'NotIn', ['a']), false],
    ['NotIn without the value', expression('zone', 'NotIn', ['b']), true],
    ['NotIn of an absent label', expression('tier', 'NotIn', ['b']), true],
    ['Exists', expression('zone', 'Exists'), true],
    ['Exists of an empty value', expression('empty', 'Exists'), true],
    ['Exists of an absent label', expression('tier', 'Exists'), false],
    ['DoesNotExist', expression('zone', 'DoesNotExist'), false],
    ['DoesNotExist of an absent label', expression('tier', 'DoesNotExist'), true],
    ['a label named like a member of every object', expression('constructor', 'Exists'), false],
    ['labels and expressions that both hold', { matchLabels: { app: 'web' }, ...expression('zone', 'Exists') }, true],
    [
      'labels that hold and expressions that do not',
      { matchLabels: { app: 'web' }, ...expression('tier', 'Exists') },
      false,
    ],
  ])('%s', (_title, selector, expected) => {
    expect(matchesSelector(selector, LABELS)).toBe(expected);
  });

  it('takes an object without labels as one with none', () => {
    expect(matchesSelector({ matchLabels: { app: 'web' } }, undefined)).toBe(false);
    expect(matchesSelector(expression('app', 'DoesNotExist'), undefined)).toBe(true);
  });
});

describe('matchesAnySelector', () => {
  it('chooses all without selectors, else what one of them chooses', () => {
    const web = { matchLabels: { app: 'web' } };
    const api = { matchLabels: { app: 'api' } };
    expect(matchesAnySelector([], LABELS)).toBe(true);
    expect(matchesAnySelector([api, web], LABELS)).toBe(true);
    expect(matchesAnySelector([api], LABELS)).toBe(false);
  });
});

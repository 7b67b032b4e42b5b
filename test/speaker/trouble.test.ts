import { describe, expect, it } from 'vitest';
import type { LogFields, Logger } from '../../src/log/logger.ts';
import { Trouble } from '../../src/speaker/trouble.ts';
import { StoreError, type StoreErrorCode } from '../../src/store/store.ts';

function recorded(): { readonly trouble: Trouble; readonly told: unknown[] } {
  const told: unknown[] = [];
  const silent = () => {};
  const warn = (message: string, fields?: LogFields) => void told.push([message, fields?.reason]);
  const logger: Logger = { error: silent, warn, info: silent, debug: silent, with: () => logger };
  return { trouble: new Trouble(logger, 'it failed'), told };
}

describe('Trouble', () => {
  it.each<[string, readonly (readonly [StoreErrorCode, string] | 'over')[], readonly string[]]>([
    [
      'once while it lasts',
      [
        ['Unavailable', 'a'],
        ['Unavailable', 'b'],
        ['Unavailable', 'a'],
      ],
      ['a'],
    ],
    ['again after it was over', [['Unavailable', 'a'], 'over', ['Unavailable', 'a']], ['a', 'a']],
    [
      'each right that is missing',
      [
        ['Forbidden', 'get'],
        ['Forbidden', 'update'],
      ],
      ['get', 'update'],
    ],
    [
      'a right once',
      [
        ['Forbidden', 'get'],
        ['Unavailable', 'x'],
        ['Forbidden', 'get'],
      ],
      ['get'],
    ],
    [
      'a right after something else',
      [
        ['Unavailable', 'x'],
        ['Forbidden', 'get'],
      ],
      ['x', 'get'],
    ],
  ])('tells %s', (_, course, expected) => {
    const { trouble, told } = recorded();
    for (const step of course) {
      if (step === 'over') trouble.over();
      else trouble.failed(new StoreError(step[0], step[1]));
      expect([trouble.isThere, trouble.reason]).toEqual(step === 'over' ? [false, undefined] : [true, step[1]]);
    }
    expect(told).toEqual(expected.map((reason) => ['it failed', reason]));
  });
});

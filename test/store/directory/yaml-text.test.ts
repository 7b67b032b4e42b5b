import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseYamlText } from '../../../src/store/directory/yaml-text.ts';

/** `a: [x,…]`, then each line ten times the one before. */
const ALIAS_BOMB = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  .concat(
    [...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghi'[index]}`).join()}]`),
  )
  .join('\n');

const STAIRS = Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');

describe('parseYamlText', { timeout: 30_000 }, () => {
  it.each([
    ['a NUL character', 'a: 1\nb: x\0y\n', 2, /NUL/],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 3, /repeats the key "a"/],
    ['a duplicate key deep down', 'a:\n- b: {c: 1,\n    c: 2}\n', 3, /repeats the key "c"/],
    ['indentation by tabs', 'a:\n\tb: 1\n', 2, /[Tt]ab/],
    ['an open bracket', 'a: 1\n---\nb: [1,\n---\nc: 1\n', 4, /\]/],
    ['an open quote, where the text ends', 'a: "x\nb: 1\n', 3, /quot|"/],
    ['an alias of nothing', 'a: *x\n', 1, /alias/],
    ['an alias bomb', ALIAS_BOMB, 1, /alias/],
    ['an alias of what contains it', 'a: &x {b: *x}\n', 1, /contains itself/],
    ['an unknown tag', 'a: 1\nb: !!js/function "x"\n', 2, /tag/],
    ['flow nesting without end', '['.repeat(20_000), 1, /nested deeper/],
    ['block nesting without end', '- '.repeat(20_000), 1, /nested deeper/],
    ['keys in keys without end', '? '.repeat(20_000), 1, /nested deeper/],
    ['maps in maps without end', STAIRS, 400, /nested deeper/],
  ])('names %s with its line', (_, text, line, message) => {
    const { documents, faults } = parseYamlText(text);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]?.message).toMatch(message);
    expect(faults.map((fault) => fault.line)).toContain(line);
    expect(documents.every(({ value }) => JSON.stringify(value).length < text.length * 2 + 100)).toBe(true);
  });

  it.each([
    ['flow', '['.repeat(190) + ']'.repeat(190)],
    ['block', Array.from({ length: 190 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('reads deep nesting in %s style, as that of a CustomResourceDefinition', (_, text) => {
    expect(parseYamlText(text).faults).toEqual([]);
  });

  it('reads the other documents beside a broken one', () => {
    expect(parseYamlText('a: 1\n---\nb: [1,\n---\nc: 1\n').documents.map(({ value }) => value)).toEqual([
      { a: 1 },
      { c: 1 },
    ]);
  });

  it('takes a map of many keys in its stride', () => {
    const millisFor = (keys: number): number => {
      const text = Array.from({ length: keys }, (_, index) => `key${index}: 1`).join('\n');
      const begun = performance.now();
      expect(parseYamlText(text).faults).toEqual([]);
      return performance.now() - begun;
    };
    const few = Math.max(...[1, 2, 3].map(() => millisFor(3_000)));
    // Whoever compares all pairs of keys takes 100 times as long for 10 times as many.
    expect(millisFor(30_000) / few).toBeLessThan(40);
  });

  it('names at most 20 faults', () => {
    expect(parseYamlText('a: 1\n'.repeat(100)).faults).toHaveLength(20);
  });

  it('keeps what looks like a string a string, and __proto__ a key', () => {
    const [document] = parseYamlText('a: no\nb: 2024-01-01T00:00:00Z\nc: 12:30:45\n__proto__: {d: 1}\n').documents;
    expect(Object.entries(document?.value ?? {})).toEqual([
      ['a', 'no'],
      ['b', '2024-01-01T00:00:00Z'],
      ['c', '12:30:45'],
      ['__proto__', { d: 1 }],
    ]);
    expect(({} as { d?: number }).d).toBeUndefined();
  });

  it('never throws, whatever the text', () => {
    const pieces = [
      'a',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&x',
      '*x',
      '|',
      '>',
      '#',
      '---\n',
      '!',
      '%',
      '\t',
      '? ',
      '\0',
      '\uFEFF',
      '<<',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 }), (parts) => {
        const { documents, faults } = parseYamlText(parts.join(''));
        expect(Array.isArray(documents)).toBe(true);
        for (const { line, column, message } of faults) expect(line > 0 && column > 0 && message !== '').toBe(true);
      }),
    );
  });

  it('reads back any JSON value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        for (const text of [stringify(json), JSON.stringify(json, null, '\t')]) {
          if (text.includes('\0')) continue;
          expect(parseYamlText(text).documents.map((document) => document.value)).toEqual([json]);
        }
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { listFiles, readText } from './files.ts';
import { fileNamesIn, isNamed, namesOfNothing, readmeOf } from './readmes.ts';

const FILES = new Set(['a/README.md', 'a/b.ts', 'a/c/d.ts', 'a/c/decide-e.ts', 'f/README.md', 'f/g.ts', 'h.ts']);

describe('readmeOf', () => {
  it.each([
    ['a/b.ts', 'a/README.md'],
    ['a/c/d.ts', 'a/README.md'],
    ['h.ts', undefined],
  ])('%s', (path, readme) => {
    expect(readmeOf(path, FILES)).toBe(readme);
  });
});

describe('fileNamesIn', () => {
  it('takes code spans that end as source files do', () => {
    expect(fileNamesIn('`b.ts`, `c/d.ts`: as `decide-*.ts`; b.ts, `b`, `make x.ts`, `d.md`')).toEqual([
      'b.ts',
      'c/d.ts',
      'decide-*.ts',
    ]);
  });
});

describe('isNamed', () => {
  it.each([
    ['a/b.ts', 'b.ts', true],
    ['a/c/d.ts', 'd.ts', true],
    ['a/c/d.ts', 'c/d.ts', true],
    ['a/c/decide-e.ts', 'decide-*.ts', true],
    ['a/c/decide-e.ts', 'e.ts', false],
    ['a/b.ts', 'c/b.ts', false],
    ['a/c/d.ts', '*/b.ts', false],
  ])('%s by %s: %s', (path, name, named) => {
    expect(isNamed(path, [name])).toBe(named);
  });
});

describe('namesOfNothing', () => {
  it.each([
    ['b.ts', []],
    ['c/d.ts', []],
    ['../f/g.ts', []],
    ['h.ts', []],
    ['g.ts', ['g.ts']],
    ['c/b.ts', ['c/b.ts']],
    ['decide-*.ts', []],
    ['judge-*.ts', ['judge-*.ts']],
  ])('%s', (name, found) => {
    expect(namesOfNothing('a/README.md', [name], FILES)).toEqual(found);
  });
});

describe('the READMEs of the folders', () => {
  const files = new Set(listFiles());
  const readmes = [...files].filter((path) => /^(src|bench|manifests)\/.*README\.md$/.test(path));

  it('name each file of src and manifests', () => {
    const sources = [...files].filter((path) => /^(src|manifests)\/.*\.ts$/.test(path));
    const unnamed = sources.filter((path) => {
      const readme = readmeOf(path, files);
      return readme === undefined || !isNamed(path, fileNamesIn(readText(readme)));
    });
    expect(unnamed).toEqual([]);
  });

  it('name no file that is not there', () => {
    expect(readmes).toContain('src/speaker/README.md');
    const wrong = readmes.flatMap((readme) => {
      const names = namesOfNothing(readme, fileNamesIn(readText(readme)), files);
      return names.map((name) => `${readme}: ${name}`);
    });
    expect(wrong).toEqual([]);
  });
});

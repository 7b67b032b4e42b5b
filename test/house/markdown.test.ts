import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listFiles, ROOT, readText } from './files.ts';
import { anchorsOf, linksOf, resolveLink } from './markdown.ts';

describe('linksOf', () => {
  it.each([
    ['[a](b.md)', ['b.md']],
    ['[a](b.md#c "title") and ![d](e/f.png)', ['b.md#c', 'e/f.png']],
    ['[a](<b.md>)', ['b.md']],
    ['[a]: ../b.md', ['../b.md']],
    ['[a](https://example.com/b) <mailto:x@example.com>', []],
    ['`[a](b.md)` [c](d.md)', ['d.md']],
    ['```\n[a](b.md)\n```\n[c](#d)', ['#d']],
    ['~~~\n```\n[a](b.md)\n~~~\n[c](#d)', ['#d']],
  ])('%j', (text, targets) => {
    expect(linksOf(text).map(({ target }) => target)).toEqual(targets);
  });
});

describe('anchorsOf', () => {
  it.each([
    ['# A b\n## A b', ['a-b', 'a-b-1']],
    ["## What it's for: IPv4, `x_y`", ['what-its-for-ipv4-x_y']],
    ['## [Link](x.md) & more ##', ['link--more']],
    ['```\n# no heading\n```', []],
  ])('%j', (text, anchors) => {
    expect([...anchorsOf(text)]).toEqual(anchors);
  });
});

describe('resolveLink', () => {
  it.each([
    ['docs/a/b.md', '../c.md#d', { path: 'docs/c.md', anchor: 'd' }],
    ['README.md', '#here', { path: 'README.md', anchor: 'here' }],
    ['src/ip/README.md', '/docs', { path: 'docs', anchor: '' }],
  ])('%s -> %s', (from, target, where) => {
    expect(resolveLink(from, target)).toEqual(where);
  });
});

describe('the documents', () => {
  const documents = listFiles().filter((path) => path.endsWith('.md'));

  it('are there', () => {
    expect(documents).toContain('README.md');
  });

  it('link to what exists', () => {
    const broken = documents.flatMap((from) =>
      linksOf(readText(from)).flatMap(({ line, target }) => {
        const { path, anchor } = resolveLink(from, target);
        const there = existsSync(`${ROOT}${path}`) && (anchor === '' || anchorsOf(readText(path)).has(anchor));
        return there ? [] : [`${from}:${line}: ${target}`];
      }),
    );
    expect(broken).toEqual([]);
  });
});

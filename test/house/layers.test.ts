import { describe, expect, it } from 'vitest';
import { listFiles, readText } from './files.ts';
import { findCircles, findMisplacedImports, folderOf, mayImport } from './layers.ts';

describe('mayImport', () => {
  it.each([
    ['ip', 'api', false],
    ['api', 'ip', true],
    ['api', 'allocator', false],
    ['api/kubernetes', 'api', true],
    ['api', 'api/kubernetes', true],
    ['allocator', 'api/kubernetes', true],
    ['allocator', 'announcement', false],
    ['announcement', 'allocator', false],
    ['allocator', 'store', false],
    ['controller', 'allocator', true],
    ['explain', 'ingress', true],
    ['explain', 'controller', false],
    ['controller', 'speaker', false],
    ['controller', 'os', false],
    ['speaker', 'controller', false],
    ['speaker', 'allocator', false],
    ['speaker', 'speaker/arp', true],
    ['speaker/arp', 'speaker', false],
    ['speaker/arp', 'announcement', false],
    ['store/directory', 'store', true],
    ['store/directory', 'os', true],
    ['store', 'store/directory', false],
    ['store', 'controller', false],
    ['os', 'ip', true],
    ['os', 'api', false],
    ['cli', 'speaker', true],
    ['speaker', 'cli', false],
    ['nowhere', 'ip', undefined],
  ])('%s -> %s: %s', (from, to, may) => {
    expect(mayImport(from, to)).toBe(may);
  });
});

describe('findMisplacedImports', () => {
  it.each([
    ['src/ip/x.ts', "import { y } from '../api/y.ts'", 'src/ip/x.ts: src/ip may not import src/api/y.ts'],
    ['src/ip/x.ts', "export type { y } from '../api/y.ts'", 'src/ip/x.ts: src/ip may not import src/api/y.ts'],
    ['src/ip/x.ts', "const y = await import('../cli/y.ts')", 'src/ip/x.ts: src/ip may not import src/cli/y.ts'],
    ['src/ip/x.ts', "import { y } from '../../test/y.ts'", 'src/ip/x.ts: src/ip may not import test/y.ts'],
    ['src/speaker/x.ts', "import 'node:fs'", 'src/speaker/x.ts: src/speaker may not use node:fs'],
    ['src/os/x.ts', "import { exec } from 'node:child_process'", 'src/os/x.ts: src/os may not use node:child_process'],
    ['src/cli/x.ts', "load('native.node')", 'src/cli/x.ts: only src/os loads native code'],
    ['src/utopia/x.ts', 'export {}', 'src/utopia/x.ts: src/utopia has no place in test/house/layers.ts'],
  ])('%s with %s', (path, text, fault) => {
    expect(findMisplacedImports(path, text)).toEqual([fault]);
  });

  it.each([
    ['src/store/directory/x.ts', "import { readFile } from 'node:fs/promises'; import { y } from '../../api/y.ts'"],
    ['src/os/x.ts', "load('native.node')"],
    ['src/cli/x.ts', "import y from '../../package.json' with { type: 'json' }"],
    ['src/cli/get/x.ts', "import { y } from '../table.ts'"],
  ])('%s with %s is in order', (path, text) => {
    expect(findMisplacedImports(path, text)).toEqual([]);
  });
});

describe('findCircles', () => {
  it('names the files that import each other, by types too', () => {
    const texts = new Map([
      ['src/a.ts', "import { b } from './b.ts'"],
      ['src/b.ts', "import { c } from './b/c.ts'"],
      ['src/b/c.ts', "import type { b } from '../b.ts'; import { d } from '../d.ts'"],
      ['src/d.ts', ''],
    ]);
    expect(findCircles(texts)).toEqual([['src/b.ts', 'src/b/c.ts', 'src/b.ts']]);
  });

  it('lets two import a third', () => {
    const texts = new Map([
      ['src/a.ts', "import './b.ts'; import './c.ts'"],
      ['src/b.ts', "import './c.ts'"],
      ['src/c.ts', "import 'node:fs'"],
    ]);
    expect(findCircles(texts)).toEqual([]);
  });
});

describe('src', () => {
  const files = listFiles('src/').filter((path) => path.endsWith('.ts'));

  it('keeps to its layers', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((path) => findMisplacedImports(path, readText(path)))).toEqual([]);
  });

  it('has no circles', () => {
    expect(findCircles(new Map(files.map((path) => [path, readText(path)])))).toEqual([]);
  });

  it('opens every layer and protocol with a README', () => {
    const isEssay = (folder: string) => /^[^/]+$|^(store|speaker)\/[^/]+$/.test(folder);
    const folders = [...new Set(files.map(folderOf))].filter(isEssay);
    expect(folders).toContain('speaker/arp');
    const missing = folders.filter((folder) => !listFiles(`src/${folder}/`).includes(`src/${folder}/README.md`));
    expect(missing).toEqual([]);
  });
});

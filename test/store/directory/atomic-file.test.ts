import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  currentStamp,
  keepAside,
  readWhole,
  replaceFile,
  sweepTemporaries,
} from '../../../src/store/directory/atomic-file.ts';
import { TestFolder } from './folder.ts';

let folder: TestFolder;
let path: string;

beforeEach(async () => {
  folder = await TestFolder.make();
  path = folder.file('x.yaml');
});
afterEach(() => folder.clean());

describe('replaceFile', { timeout: 30_000 }, () => {
  it('writes a file where there is none, and replaces it where it is as expected', async () => {
    const first = await replaceFile(path, 'one', undefined);
    expect(await readWhole(path)).toEqual({ text: 'one', stamp: first });
    const second = await replaceFile(path, 'two', first);
    expect(await readWhole(path)).toEqual({ text: 'two', stamp: second });
    expect(await readdir(folder.path)).toEqual(['x.yaml']);
  });

  it.each([
    ['a file where none is expected', undefined],
    ['a file that has changed', 'another stamp'],
  ])('leaves %s alone, and nothing behind', async (_, expected) => {
    await folder.write('x.yaml', 'theirs');
    expect(await replaceFile(path, 'ours', expected)).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('theirs');
    expect(await readdir(folder.path)).toEqual(['x.yaml']);
  });

  it('lets one of many win a new file', async () => {
    const stamps = await Promise.all(
      Array.from({ length: 10 }, (_, index) => replaceFile(path, `${index}`, undefined)),
    );
    expect(stamps.filter((stamp) => stamp !== undefined)).toEqual([await currentStamp(path)]);
  });

  it('leaves nothing behind where it fails', async () => {
    await folder.write('x.yaml/inside', '');
    await expect(replaceFile(path, 'text', await currentStamp(path))).rejects.toThrow();
    expect(await readdir(folder.path)).toEqual(['x.yaml']);
  });
});

describe('keepAside', { timeout: 30_000 }, () => {
  it('gives a file the first free name besides its own, and takes none away', async () => {
    for (const round of [1, 2, 3]) {
      await folder.replace('x.yaml', `broken ${round}`);
      expect(await keepAside(path, (await currentStamp(path)) ?? '')).toBe(`${path}.broken-${round}`);
    }
    const asides = ['x.yaml.broken-1', 'x.yaml.broken-2', 'x.yaml.broken-3'];
    expect((await readdir(folder.path)).sort()).toEqual(['x.yaml', ...asides]);
    expect(await readFile(`${path}.broken-2`, 'utf8')).toBe('broken 2');
  });

  it('does not give the same file a further name at each try', async () => {
    await folder.write('x.yaml', 'broken');
    for (let round = 0; round < 3; round++) {
      expect(await keepAside(path, (await currentStamp(path)) ?? '')).toBe(`${path}.broken-1`);
    }
    expect((await readdir(folder.path)).sort()).toEqual(['x.yaml', 'x.yaml.broken-1']);
  });

  it('leaves a file that was replaced meanwhile', async () => {
    await folder.write('x.yaml', 'mended');
    expect(await keepAside(path, 'the stamp of the broken one')).toBeUndefined();
    expect(await readdir(folder.path)).toEqual(['x.yaml']);
  });
});

describe('sweepTemporaries', { timeout: 30_000 }, () => {
  it('removes what dead processes left, not what living ones write, nor what others own', async () => {
    const names = ['.berth-0123456789abcdef.tmp', '.berth-fedcba9876543210.tmp', '.other.tmp', 'x.yaml'];
    for (const name of names) await folder.write(name, '');
    const hourAgo = Date.now() / 1000 - 3_600;
    for (const name of names.slice(1)) await utimes(folder.file(name), hourAgo, hourAgo);
    await sweepTemporaries(folder.path);
    expect((await readdir(folder.path)).sort()).toEqual([names[0], '.other.tmp', 'x.yaml'].sort());
    expect((await stat(path)).size).toBe(0);
  });
});

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { previousSource } from './previous-source.ts';

const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];

let folder: string;
let root: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'previous-'));
  root = join(folder, 'project');
  await mkdir(join(root, 'native/build'), { recursive: true });
  await writeFile(join(root, '.gitignore'), 'build\n');
  await writeFile(join(root, 'native/Makefile'), 'all:\n');
  await writeFile(join(root, 'native/build/native.node'), 'built');
});
afterEach(() => rm(folder, { recursive: true }));

const git = (...args: readonly string[]) => promisify(execFile)('git', ['-C', root, ...AUTHOR, ...args]);

/** Commits one state of the project. */
async function commit(text: string, packages: Readonly<Record<string, object>>): Promise<void> {
  await writeFile(join(root, 'file'), text);
  await writeFile(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { '': { version: text }, ...packages } }),
  );
  await git('add', '-A');
  await git('commit', '-qm', text);
}

describe('previousSource', () => {
  it('is the commit before, with what is built already', async () => {
    await git('init', '-q');
    await commit('first', { a: {} });
    await commit('second', { a: {} });
    const source = await previousSource(folder, root);
    expect(source.name).toMatch(/^commit [0-9a-f]{12}$/);
    expect(await readFile(join(source.folder, 'file'), 'utf8')).toBe('first');
    expect(await readFile(join(source.folder, 'native/build/native.node'), 'utf8')).toBe('built');
  });

  it('is this project, and says why, where there is no other', async () => {
    const same = (why: string) => ({ folder: root, name: `the same version, since ${why}` });
    expect(await previousSource(folder, root)).toEqual(same('there is no repository'));
    await git('init', '-q');
    await commit('first', { a: {} });
    expect(await previousSource(folder, root)).toEqual(same('the commit before is not in this clone'));
    await commit('second', { a: {}, b: {} });
    const why = 'the commit before was built from other packages than are installed';
    expect(await previousSource(folder, root)).toEqual(same(why));
  });
});

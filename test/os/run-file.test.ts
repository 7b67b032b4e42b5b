import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunFile, writeRunFile } from '../../src/os/run-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-file-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('a run file', () => {
  it('is put in place whole, for its owner alone, and read', async () => {
    const path = join(folder, 'run/berth/x.json');
    expect(readRunFile(path)).toBeUndefined();
    await writeRunFile(path, 'one');
    await writeRunFile(path, 'two');
    expect(readRunFile(path)).toBe('two');
    expect(await readdir(join(folder, 'run/berth'))).toEqual(['x.json']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'run/berth'))).mode & 0o777).toBe(0o700);
  });

  it('fails where there can be none', async () => {
    await writeFile(join(folder, 'taken'), '');
    await expect(writeRunFile(join(folder, 'taken/x'), '')).rejects.toThrow();
    expect(() => readRunFile(join(folder, 'taken/x'))).toThrow('ENOTDIR');
  });
});

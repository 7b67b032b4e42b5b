import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/log/logger.ts';
import { NextLifeFile } from '../../../src/speaker/memory/next-life-file.ts';

let folder: string;
let complaints: string[];
const logger: Logger = {
  ...{ error: () => {}, info: () => {}, debug: () => {}, with: () => logger },
  warn: (message) => void complaints.push(message),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'next-life-'));
  complaints = [];
});

afterEach(() => rm(folder, { recursive: true }));

const open = (path = 'run/x.json') => new NextLifeFile(join(folder, path), 'what there was', logger);

describe('NextLifeFile', () => {
  it('gives the next life the last of what was written, for its owner alone', async () => {
    const file = open();
    expect(file.read((text) => text)).toBeUndefined();
    file.write(() => 'one');
    file.write(() => 'two');
    await file.settled();
    expect(open().read((text) => text)).toBe('two');
    expect((await stat(join(folder, 'run/x.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'run'))).toEqual(['x.json']);
  });

  it('leaves alone what is as it was written, and writes on afterwards', async () => {
    const file = open();
    file.write(() => 'same');
    await file.settled();
    const before = await stat(join(folder, 'run/x.json'));
    file.write(() => 'same');
    await file.settled();
    expect((await stat(join(folder, 'run/x.json'))).ino).toBe(before.ino);
    file.write(() => 'other');
    await file.settled();
    expect(await readFile(join(folder, 'run/x.json'), 'utf8')).toBe('other');
  });

  it('is not stopped by a file that makes no sense, nor by what a life left half written', async () => {
    await writeFile(join(folder, 'x.json'), '{');
    await writeFile(join(folder, 'x.json.new'), 'half');
    expect(open('x.json').read((text) => JSON.parse(text))).toBeUndefined();
    expect(complaints).toEqual(['what there was cannot be read']);
    const file = open('x.json');
    file.write(() => '{}');
    await file.settled();
    expect(await readdir(folder)).toEqual(['x.json']);
  });

  it('complains once where there is no room, and writes when there is', async () => {
    await writeFile(join(folder, 'run'), 'in the way');
    const file = open();
    for (const text of ['one', 'one', 'two']) {
      file.write(() => text);
      await file.settled();
    }
    expect(complaints).toEqual(['what there was cannot be written']);
    await rm(join(folder, 'run'));
    file.write(() => 'two');
    await file.settled();
    expect(open().read((text) => text)).toBe('two');
  });
});

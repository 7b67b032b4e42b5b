import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/log/logger.ts';
import { HeldFile } from '../../../src/speaker/memory/held-file.ts';

const held = [{ segment: '192.0.2.0/24', addresses: [{ address: '192.0.2.50', moves: [{ id: 7, age: 1000 }] }] }];
const aged = (age: number) => [
  { segment: '192.0.2.0/24', addresses: [{ address: '192.0.2.50', moves: [{ id: 7, age }] }] },
];

let folder: string;
let complaints: string[];
const logger: Logger = {
  ...{ error: () => {}, info: () => {}, debug: () => {}, with: () => logger },
  warn: (message, fields) => void complaints.push(`${message} ${JSON.stringify(fields)}`),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'held-'));
  complaints = [];
});

afterEach(() => rm(folder, { recursive: true }));

describe('HeldFile', () => {
  it('tells the next life what the last one answered for, and ages it', async () => {
    const file = new HeldFile(join(folder, 'run'), 'n1', logger);
    expect(file.read(5000)).toEqual([]);
    file.write([], 5000);
    file.write(held, 6000);
    await file.settled();
    expect(new HeldFile(join(folder, 'run'), 'n1', logger).read(8000)).toEqual(aged(3000));
    expect(complaints).toEqual([]);
    expect(await readdir(join(folder, 'run'))).toEqual(['held-n1.json']);
    expect((await stat(join(folder, 'run/held-n1.json'))).mode & 0o777).toBe(0o600);
  });

  it('is of one node', async () => {
    const file = new HeldFile(folder, 'n1', logger);
    file.write(held, 0);
    await file.settled();
    expect(new HeldFile(folder, 'n2', logger).read(0)).toEqual([]);
  });

  it('does not go back in time with the clock', async () => {
    const file = new HeldFile(folder, 'n1', logger);
    file.write(held, 9000);
    await file.settled();
    expect(file.read(0)).toEqual(aged(1000));
  });

  it.each(['{', '{"at": "now", "held": []}', '[]'])('begins anew where it holds %s, and says so', async (text) => {
    await writeFile(join(folder, 'held-n1.json'), text);
    expect(new HeldFile(folder, 'n1', logger).read(0)).toEqual([]);
    expect(complaints).toHaveLength(1);
  });

  it('complains once where it cannot be written', async () => {
    await writeFile(join(folder, 'taken'), '');
    const file = new HeldFile(join(folder, 'taken'), 'n1', logger);
    for (let turn = 0; turn < 3; turn++) {
      file.write(held, turn);
      await file.settled();
    }
    expect(complaints).toHaveLength(1);
  });
});

import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../../store/directory/folder.ts';
import { firstLine, Program } from '../../store/directory/program.ts';

const LEASE = 600;
const RUN_MILLIS = 15_000;
const CONTENDERS = 5;

/** From the first to the last moment at which one holder saw itself hold the lock without a break. */
interface Tenure {
  readonly who: string;
  readonly first: bigint;
  last: bigint;
}

function tenuresOf(log: string): Tenure[] {
  const tenures = new Map<string, Tenure>();
  for (const line of log.trim().split('\n')) {
    const [holder = '', losses = '', time = '0'] = line.split(' ');
    const who = `${holder} ${losses}`;
    const tenure = tenures.get(who);
    if (tenure) tenure.last = BigInt(time);
    else tenures.set(who, { who, first: BigInt(time), last: BigInt(time) });
  }
  return [...tenures.values()].sort((a, b) => (a.first < b.first ? -1 : 1));
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

let folder: TestFolder;
let program: Program;

beforeAll(async () => {
  folder = await TestFolder.make();
  await mkdir(folder.file('state'));
  program = await Program.build('hold-lock', folder.path);
});
afterAll(async () => {
  await program.stop();
  await folder.clean();
});

describe('the lock of a folder', () => {
  it('is never held by two of several processes that are frozen, killed and stopped', async () => {
    const log = folder.file('log');
    const contenders = new Map<string, ChildProcess>();
    let count = 0;
    const start = async (): Promise<void> => {
      const holder = `n${++count}`;
      const child = program.start(folder.file('state'), holder, String(LEASE), log);
      contenders.set(holder, child);
      await firstLine(child);
    };
    const holderNow = async (): Promise<string> => {
      const text = await readFile(log, 'utf8').catch(() => '');
      return text.trim().split('\n').at(-1)?.split(' ')[0] ?? '';
    };
    await Promise.all(Array.from({ length: CONTENDERS }, start));

    const frozen: Promise<void>[] = [];
    const until = performance.now() + RUN_MILLIS;
    for (let round = 0; performance.now() < until; round++) {
      await pause(200 + Math.random() * 300);
      const holder = await holderNow();
      const name = round % 4 === 3 ? [...contenders.keys()][round % contenders.size] : holder;
      const child = contenders.get(name ?? '');
      if (!child || !name) continue;
      if (round % 3 === 0) {
        contenders.delete(name);
        child.kill(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
        await start();
      } else {
        child.kill('SIGSTOP');
        frozen.push(pause([50, 390, 410, 590, 620, 1_500][round % 6] ?? 0).then(() => void child.kill('SIGCONT')));
      }
    }
    await Promise.all(frozen);
    await pause(2 * LEASE);
    await program.stop();

    const tenures = tenuresOf(await readFile(log, 'utf8'));
    for (const [index, { who, first }] of tenures.entries()) {
      const before = tenures[index - 1];
      if (before) expect(before.last < first, `${who} took it while ${before.who} held it`).toBe(true);
    }
    // It has changed hands often, and most of the time somebody had it: the test has tested something.
    expect(tenures.length).toBeGreaterThan(10);
    const held = tenures.reduce((sum, { first, last }) => sum + Number(last - first) / 1e6, 0);
    expect(held).toBeGreaterThan(RUN_MILLIS / 4);
  }, 60_000);
});

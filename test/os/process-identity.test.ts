import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAlive, parseProcessStat, processIdentity } from '../../src/os/process-identity.ts';

async function startProcess() {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error('no process');
  return { child, pid };
}

describe('processIdentity', () => {
  it('is this process, and stays the same', () => {
    const identity = processIdentity();
    expect(identity).toMatchObject({ pid: process.pid, pidNamespace: expect.stringMatching(/^\d+$/) });
    expect(identity.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(processIdentity()).toEqual(identity);
  });
});

describe('isAlive', () => {
  const self = processIdentity();

  it('knows this process', () => {
    expect(isAlive(self)).toBe('alive');
  });

  it('takes another process with the same number for another', () => {
    expect(isAlive({ ...self, startTime: String(Number(self.startTime) + 1) })).toBe('dead');
  });

  it.each([
    ['another boot or machine', { bootId: '00000000-0000-0000-0000-000000000000' }],
    ['another pid namespace', { pidNamespace: '1' }],
    ['a process group instead of a process', { pid: 0 }],
    ['every process there is', { pid: -1 }],
    ['a path instead of a number', { pid: '../self' as unknown as number }],
  ])('cannot tell for %s', (_, other) => {
    expect(isAlive({ ...self, ...other })).toBe('unknown');
  });

  it('sees a process end, also while its parent has not asked for its status', async () => {
    const { child, pid } = await startProcess();
    const startTime = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? '';
    const identity = { ...self, pid, startTime };
    expect(isAlive(identity)).toBe('alive');
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    // Node reaps a child in a turn of its loop, and this one does not end meanwhile: what is seen dead is a zombie.
    const deadline = performance.now() + 5000;
    while (isAlive(identity) === 'alive' && performance.now() < deadline);
    expect(isAlive(identity)).toBe('dead');
    await exited;
    expect(isAlive(identity)).toBe('dead');
  });
});

describe('parseProcessStat', () => {
  const rest = 'S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 424242 20 21';

  it.each([
    ['a plain name', `7 (node) ${rest}\n`],
    ['spaces and parentheses in the name', `7 (a) R 1 (b) ${rest}\n`],
    ['a newline in the name', `7 (a\n) ${rest}\n`],
  ])('reads %s', (_, text) => {
    expect(parseProcessStat(text)).toEqual({ state: 'S', startTime: '424242' });
  });

  it.each(['', '7', '7 (node)', '7 (node) S 1 2 3', '7 (node) 9 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20'])(
    'reads nothing from %j',
    (text) => {
      expect(parseProcessStat(text)).toBeUndefined();
    },
  );
});

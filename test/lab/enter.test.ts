import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { footprintSince, NOTHING, takeFootprint } from './footprint.ts';

const ENTER = fileURLToPath(new URL('enter', import.meta.url));
/** Leaves as much behind as it can: processes that left its group, a mount, a link, a named namespace in use. */
const UNTIDY = `
  ip netns add inner; ip link add pair0 type veth peer name pair1; mount -t tmpfs tmpfs /mnt
  sleep 1000 & setsid sleep 1000 & ip netns exec inner sleep 1000 &
  until [ "$(ip netns pids inner)" ]; do :; done
  echo ready; wait`;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(command: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

/** Waits until the child has written the word; rejects when it ends before. */
async function written(child: ChildProcess, word: string): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes(word)) return text;
  }
  throw new Error(`ended after writing: ${text}`);
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [status] = (await once(child, 'close')) as [number | null];
  return status;
}

describe('enter', () => {
  it.each([
    ['true', 0],
    ['exit 7', 7],
    ['kill -9 $$', 128 + 9],
    ['no-such-command-at-all', 127],
  ])('hands on the status of %j', async (script, status) => {
    const child = start(ENTER, 'bash', '-c', script);
    child.stdout?.resume();
    expect(await ended(child)).toBe(status);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const)('hands on %s', async (signal) => {
    const child = start(ENTER, 'bash', '-c', `trap 'exit 42' ${signal}; echo ready; while :; do sleep 0.05; done`);
    await written(child, 'ready');
    child.kill(signal);
    expect(await ended(child)).toBe(42);
  });

  it('ends when a signal ends the command', async () => {
    const child = start(ENTER, 'bash', '-c', 'echo ready; sleep 1000');
    await written(child, 'ready');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(128 + 15);
  });

  it('hands on standard input, and asks for a command', async () => {
    const child = start(ENTER, 'cat');
    child.stdin?.end('through\n');
    expect(await written(child, '\n')).toBe('through\n');
    const bare = spawn(ENTER, { stdio: 'ignore' });
    expect(await ended(bare)).toBe(2);
  });

  it('gives the command a machine of its own', async () => {
    const child = start(ENTER, 'bash', '-c', 'set -- /proc/[0-9]*; echo $#; ls -A /run/netns "$TMPDIR"; ip -br link');
    const text = await written(child, 'LOOPBACK,UP');
    expect(text).toMatch(/^2\n\/run\/netns:\n\n\/run\/tmp:\nlo +UNKNOWN +\S+ <LOOPBACK,UP,LOWER_UP> \n$/);
  });

  it.each([
    ['itself', ENTER, []],
    ['whoever started it', 'bash', ['-c', '"$@"; true', 'bash', ENTER]],
  ])('leaves nothing behind when kill -9 hits %s', async (_, command, args) => {
    const before = await takeFootprint();
    const child = start(command, ...args, 'bash', '-c', UNTIDY);
    await written(child, 'ready');
    await eventually('all of it runs', async () => {
      const { processes, networks } = await footprintSince(before);
      expect(processes.filter((line) => /^\d+ sleep 1000/.test(line))).toHaveLength(3);
      expect(networks).toHaveLength(2);
      return true;
    });
    child.kill('SIGKILL');
    await eventually('the machine is as it was', async () => {
      expect(await footprintSince(before)).toEqual(NOTHING);
      return true;
    });
  });

  it('runs labs side by side that use the same names', async () => {
    const script = 'ip netns add n1; ip link add lan type bridge; ip netns exec n1 ip link set lo up; echo ready; cat';
    const labs = [start(ENTER, 'bash', '-ec', script), start(ENTER, 'bash', '-ec', script)];
    await Promise.all(labs.map((lab) => written(lab, 'ready')));
    for (const lab of labs) lab.stdin?.end();
    expect(await Promise.all(labs.map(ended))).toEqual([0, 0]);
  });

  it('is where this test runs', async () => {
    expect(await readFile('/proc/1/cmdline', 'utf8')).toContain('enter\0--init');
  });
});

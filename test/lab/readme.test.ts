import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Block {
  readonly isDaemon: boolean;
  readonly script: string;
}

/** The fenced blocks that a reader is to type: `sh`, and `sh daemon` for a command that runs until Ctrl-C. */
function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```sh( daemon)?\n(.*?)^```$/gms)].map(([, daemon, script = '']) => {
    return { isDaemon: daemon !== undefined, script };
  });
}

/** The tables of `get services` in an output, indented as README.md shows them. */
function tablesOf(output: string): readonly string[] {
  const tables = output.match(/^NAME +TYPE.*\n(.*LoadBalancer.*\n)+/gm) ?? [];
  expect(tables).not.toEqual([]);
  return tables.map((table) => table.replaceAll(/^(?=.)/gm, '    '));
}

describe('the commands of README.md, typed one after another', () => {
  let home: string;
  let shell: ChildProcess;
  let output = '';

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'readme-'));
    const bin = join(home, '.local', 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n');
    await chmod(join(bin, 'sudo'), 0o755);
    const env = { ...process.env, HOME: home, PATH: `${bin}:${process.env.PATH}`, MAKEFLAGS: '' };
    shell = spawn('bash', ['-eu'], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [shell.stdout, shell.stderr]) stream?.on('data', (chunk: Buffer) => (output += String(chunk)));
  });

  afterAll(async () => {
    shell.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });

  async function type(script: string): Promise<string> {
    const from = output.length;
    shell.stdin?.write(`${script}\necho end-of-block\n`);
    await eventually(
      'the end of the block',
      async () => {
        expect(shell.exitCode, `the shell ended:\n${output}`).toBeNull();
        return output.slice(from).includes('end-of-block\n') || undefined;
      },
      { timeoutMs: 60_000 },
    );
    return output.slice(from);
  }

  it('work, and print what it says', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const blocks = blocksOf(readme);
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    const [build, pending, plan, assigned, daemon] = blocks as [Block, Block, Block, Block, Block];
    await type(build.script);
    for (const table of tablesOf(await type(pending.script))) expect(readme).toContain(table);
    expect(await type(plan.script)).toMatch(/default\/web +assign +<none> +192\.0\.2\.1 +public +Allocated/);
    const [services = ''] = tablesOf(await type(assigned.script));
    expect(services).toContain('192.0.2.1');
    expect(readme).toContain(services);
    expect(daemon.isDaemon).toBe(true);
    const from = output.length;
    shell.stdin?.write(`${daemon.script}echo "status $?"\n`);
    const pid = await eventually('the daemon', async () => {
      const started = /"pid":(\d+)/.exec(output.slice(from));
      return started ? Number(started[1]) : undefined;
    });
    process.kill(pid, 'SIGINT');
    await eventually('its end', async () => output.slice(from).includes('status 0') || undefined);
  });

  it('ends with the shell', async () => {
    shell.stdin?.end();
    if (shell.exitCode === null) await once(shell, 'exit');
    expect(shell.exitCode).toBe(0);
  });
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { type Block, blocksOf, TypedShell } from './typed-shell.ts';

const README = new URL('../../README.md', import.meta.url);

/** The tables of `get services` in an output, indented as README.md shows them. */
function tablesOf(output: string): readonly string[] {
  const tables = output.match(/^NAME +TYPE.*\n(.*LoadBalancer.*\n)+/gm) ?? [];
  expect(tables).not.toEqual([]);
  return tables.map((table) => table.replaceAll(/^(?=.)/gm, '    '));
}

describe('the commands of README.md, typed one after another', () => {
  let shell: TypedShell;
  beforeAll(async () => {
    shell = await TypedShell.start(process.env);
  });
  afterAll(() => shell?.dispose());

  it('work, and print what it says', async () => {
    // What is typed on a cluster, test/cluster/new-user.test.ts types.
    const sections = (await readFile(README, 'utf8')).split(/^## /m);
    const readme = sections.filter((section) => !section.startsWith('On a cluster')).join('## ');
    const blocks = blocksOf(readme);
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    const [build, pending, plan, assigned, daemon] = blocks as [Block, Block, Block, Block, Block];
    await shell.type(build.script);
    for (const table of tablesOf(await shell.type(pending.script))) expect(readme).toContain(table);
    expect(await shell.type(plan.script)).toMatch(/default\/web +assign +<none> +192\.0\.2\.1 +public +Allocated/);
    const [services = ''] = tablesOf(await shell.type(assigned.script));
    expect(services).toContain('192.0.2.1');
    expect(readme).toContain(services);
    expect(daemon.isDaemon).toBe(true);
    const from = shell.output.length;
    shell.write(`${daemon.script}echo "status $?"\n`);
    const pid = await eventually('the daemon', async () => {
      const started = /"pid":(\d+)/.exec(shell.output.slice(from));
      return started ? Number(started[1]) : undefined;
    });
    process.kill(pid, 'SIGINT');
    await eventually('its end', async () => shell.output.slice(from).includes('status 0') || undefined);
  });

  it('ends with the shell', async () => {
    expect(await shell.end()).toBe(0);
  });
});

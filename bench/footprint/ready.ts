import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Daemon } from '../../test/cluster/daemon.ts';
import { eventually } from '../../test/lab/eventually.ts';
import type { Lab } from '../converge/lab.ts';
import { usageOf } from '../converge/usage.ts';
import { type Result, summarise } from '../measure.ts';

const BARE = fileURLToPath(new URL('bare.mjs', import.meta.url));
const BARE_PORT = 7499;

/** A program that says over HTTP whether it does its work. */
export interface Program {
  readonly daemon: Daemon;
  readonly port: number;
}

/** Starts it and gives the milliseconds until it says that it does its work. */
export async function startUntilReady({ daemon, port }: Program): Promise<number> {
  const begun = performance.now();
  daemon.start();
  const isReady = async () => {
    await daemon.assertRunning();
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.ok || undefined;
  };
  await eventually(`${daemon.spec.name} is ready`, isReady, { timeoutMs: 60_000, intervalMs: 2 });
  return performance.now() - begun;
}

/** From the start of a process until it is ready, by turns with a program that is Node.js alone; and what that needs. */
export async function ready(
  lab: Lab,
  programs: Readonly<Record<string, Program>>,
  n: number,
  runs: number,
): Promise<readonly Result[]> {
  const { folder } = lab.cluster;
  const command = [process.execPath, BARE, String(BARE_PORT)] as const;
  const bare = new Daemon({ name: 'bare', command: [...command], logFile: join(folder, 'bare.log'), env: lab.env });
  const all: Readonly<Record<string, Program>> = { bare: { daemon: bare, port: BARE_PORT }, ...programs };
  const times = new Map<string, number[]>(Object.keys(all).map((name) => [name, []]));
  const memory: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (const [name, program] of Object.entries(all)) {
      times.get(name)?.push(await startUntilReady(program));
      if (program.daemon === bare) memory.push((await usageOf(bare.pid)).rss);
      await program.daemon.stop();
    }
  }
  const bareTimes = times.get('bare') ?? [];
  return [
    ...[...times].map(([name, millis]) => summarise(`ready-${name}`, n, 'ms', millis)),
    ...Object.keys(programs).map((name) => {
      const ratios = (times.get(name) ?? []).map((millis, run) => millis / (bareTimes[run] ?? Number.NaN));
      return summarise(`ready-${name}-ratio`, n, 'x', ratios);
    }),
    summarise('rss-bare', n, 'MiB', memory),
  ];
}

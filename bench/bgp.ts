import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Segment } from '../test/lab/network.ts';
import { berthSender, readyMadeSender } from './bgp/berth-sender.ts';
import { FRR_SENDER } from './bgp/frr-sender.ts';
import { GOBGP_SENDER } from './bgp/gobgp-sender.ts';
import { type Load, measureLoad } from './bgp/load.ts';
import { OPENBGPD_SENDER } from './bgp/openbgpd-sender.ts';
import { bundlePrograms } from './bgp/programs.ts';
import { RECEIVER, SENDER } from './bgp/receiver.ts';
import type { Sender } from './bgp/sender.ts';
import { enterNetworkLab } from './enter-lab.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions, TrialOptions } from './options.ts';
import { Trials } from './trials.ts';

interface Size {
  readonly n: number;
  readonly runs: number;
  /** Nothing but the load: for what takes GoBGP longest, a first look has no time. */
  readonly loadOnly?: boolean;
}

const QUICK: readonly Size[] = [
  { n: 10_000, runs: 2 },
  { n: 100_000, runs: 1, loadOnly: true },
];
const FULL: readonly Size[] = [
  { n: 10_000, runs: 9 },
  { n: 100_000, runs: 5 },
];

/**
 * Prefixes to one BIRD: ours beside other speakers, and beside a sender of octets that were ready before. A fresh
 * receiver and a fresh sender each time, by turns, so that what else the machine does meets all.
 */
export async function benchBgp({ quick, trials, interim }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  const programs = await bundlePrograms();
  const segment = await Segment.create('bench');
  try {
    const sender = await segment.add({ name: 'sender', addresses: [`${SENDER.address}/24`] });
    const receiver = await segment.add({ name: 'receiver', addresses: [`${RECEIVER.address}/24`] });
    const all = [berthSender(programs), readyMadeSender(programs), OPENBGPD_SENDER, FRR_SENDER, GOBGP_SENDER];
    const senders = all.filter(({ name }) => trials.only.length === 0 || trials.only.includes(name));
    const done: Result[] = [];
    const running = new Trials();
    for (const { n, runs, loadOnly = false } of sizes(quick ? QUICK : FULL, trials)) {
      const loads = new Map<Sender, Load[]>(senders.map((each) => [each, []]));
      interim(() => [...done, ...rows(n, loads)]);
      for (let run = 0; run < runs; run++) {
        for (const [each, seen] of loads) {
          const folder = join(programs, `${each.name}-${n}-${run}`);
          await mkdir(folder);
          const trial = () => measureLoad(each, { sender, receiver, folder }, n, loadOnly);
          const load = await running.run(`${each.name} n=${n} ${run + 1}/${runs}`, trial, inWords);
          if (load !== undefined) seen.push(load);
          await rm(folder, { recursive: true });
        }
      }
      done.push(...rows(n, loads));
    }
    return [...done, summarise('abandoned', senders.length, 'trials', [running.abandoned])];
  } finally {
    await segment.dispose();
    await rm(programs, { recursive: true, force: true });
  }
}

/** The sizes that are asked for, or else these. */
function sizes(given: readonly Size[], { n, times }: TrialOptions): readonly Size[] {
  const wanted =
    n.length === 0 ? given : n.map((each) => given.find((size) => size.n === each) ?? { n: each, runs: 1 });
  return times === undefined ? wanted : wanted.map((size) => ({ n: size.n, runs: times }));
}

function inWords({ load, withdraws, cpu }: Load): string {
  const withdrawn = withdraws.map((each) => `, withdrawn in ${each.toFixed(1)} ms`).join('');
  return `loaded in ${load.toFixed(1)} ms${withdrawn}, ${cpu.toFixed(0)} ms of processor time`;
}

function rows(n: number, loads: ReadonlyMap<Sender, readonly Load[]>): readonly Result[] {
  const figures: readonly (readonly [name: string, unit: string, of: (load: Load) => readonly number[]])[] = [
    ['load', 'ms', ({ load }) => [load]],
    ['withdraw', 'ms', ({ withdraws }) => withdraws],
    ['change', 'ms', ({ changes }) => changes],
    ['cpu', 'ms', ({ cpu }) => [cpu]],
    ['rss', 'MiB', ({ rss }) => [rss]],
  ];
  return figures.flatMap(([name, unit, of]) =>
    [...loads].map(([sender, done]) => summarise(`${name}-${sender.name}`, n, unit, done.flatMap(of))),
  );
}

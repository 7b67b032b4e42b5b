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
import { ServicesLab, type ServicesSeen, type SpeakerUsage } from './bgp/services.ts';
import { enterLab, enterNetworkLab } from './enter-lab.ts';
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

/** The name of the trials with a cluster. */
const SERVICES = 'services';
const SERVICES_SIZE = { n: 1_000, runs: 5 };

/**
 * Prefixes to one BIRD: ours beside other speakers, and beside a sender of octets that were ready before. A fresh
 * receiver and a fresh sender each time, by turns, so that what else the machine does meets all.
 */
export async function benchBgp(options: BenchOptions): Promise<readonly Result[]> {
  const { quick, trials } = options;
  // A cluster takes a first look too long.
  const hasServices = trials.only.length === 0 ? !quick : trials.only.includes(SERVICES);
  if (hasServices) await enterLab();
  else await enterNetworkLab();
  const loads = await benchLoads(options);
  if (!hasServices) return loads;
  return [...loads, ...(await benchServices(options, loads))];
}

/** So many Services are given addresses on a real API server, until a router has them from three speakers. */
async function benchServices({ trials, interim }: BenchOptions, before: readonly Result[]): Promise<readonly Result[]> {
  const running = new Trials();
  const seen: ServicesSeen[] = [];
  const { n, runs } = { ...SERVICES_SIZE, ...(trials.times !== undefined && { runs: trials.times }) };
  const of = (usage: SpeakerUsage) => [
    summarise(
      'services-patched',
      n,
      'ms',
      seen.map(({ patched }) => patched),
    ),
    summarise(
      'services-routed',
      n,
      'ms',
      seen.map(({ routed }) => routed),
    ),
    summarise('services-rss', n, 'MiB', usage.rss),
    summarise('services-cpu', n, 's', usage.cpu),
    summarise('services-abandoned', n, 'trials', [running.abandoned]),
  ];
  interim(() => [...before, ...of({ rss: [], cpu: [] })]);
  const lab = await ServicesLab.start(n);
  try {
    for (let run = 0; run < runs; run++) {
      const result = await running.run(
        `services n=${n} ${run + 1}/${runs}`,
        () => lab.run(),
        ({ patched, routed }) => {
          return `patched in ${patched.toFixed(0)} ms, routed in ${routed.toFixed(0)} ms`;
        },
      );
      if (result !== undefined) seen.push(result);
    }
    return of(await lab.usage());
  } finally {
    await lab.dispose();
  }
}

async function benchLoads({ quick, trials, interim }: BenchOptions): Promise<readonly Result[]> {
  const programs = await bundlePrograms();
  const segment = await Segment.create('bench');
  try {
    const sender = await segment.add({ name: 'sender', addresses: [`${SENDER.address}/24`] });
    const receiver = await segment.add({ name: 'receiver', addresses: [`${RECEIVER.address}/24`] });
    const all = [berthSender(programs), readyMadeSender(programs), OPENBGPD_SENDER, FRR_SENDER, GOBGP_SENDER];
    // What is asked for may be the Services alone.
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

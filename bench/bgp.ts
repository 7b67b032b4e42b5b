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
import type { BenchOptions } from './options.ts';

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
export async function benchBgp({ quick }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  const programs = await bundlePrograms();
  const segment = await Segment.create('bench');
  try {
    const sender = await segment.add({ name: 'sender', addresses: [`${SENDER.address}/24`] });
    const receiver = await segment.add({ name: 'receiver', addresses: [`${RECEIVER.address}/24`] });
    const senders = [berthSender(programs), readyMadeSender(programs), OPENBGPD_SENDER, FRR_SENDER, GOBGP_SENDER];
    const results: Result[] = [];
    for (const { n, runs, loadOnly = false } of quick ? QUICK : FULL) {
      const loads = new Map<Sender, Load[]>(senders.map((each) => [each, []]));
      for (let run = 0; run < runs; run++) {
        for (const [each, done] of loads) {
          const folder = join(programs, `${each.name}-${n}-${run}`);
          await mkdir(folder);
          done.push(await measureLoad(each, { sender, receiver, folder }, n, loadOnly));
          await rm(folder, { recursive: true });
        }
      }
      results.push(...rows(n, loads));
    }
    return results;
  } finally {
    await segment.dispose();
    await rm(programs, { recursive: true, force: true });
  }
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

import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Choice, EcmpLab, NODES, type NodeName, type RouterMake } from './bgp/ecmp-lab.ts';
import type { Watch } from './bgp/probe.ts';
import { bundlePrograms } from './bgp/programs.ts';
import { enterNetworkLab } from './enter-lab.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { runFirst } from './priority.ts';

/** Before something happens, ms: a flow that flows. */
const LEAD = 200;
/** After a death, ms; with `graceful` the restart time, and as much again as BIRD takes to end the session then. */
const AFTER_KILL: Readonly<Record<Choice, number>> = { fast: 700, graceful: 7_500 };
/** Before the next death, so that BFD has come to its interval, ms. */
const SETTLE = 1_000;

interface Plan {
  readonly make: RouterMake;
  readonly choice: Choice;
  readonly kills: number;
  /** How often each node restarts and leaves. */
  readonly rounds: number;
}

const QUICK: readonly Plan[] = [{ make: 'bird', choice: 'fast', kills: 3, rounds: 1 }];
const FULL: readonly Plan[] = [
  { make: 'bird', choice: 'fast', kills: 102, rounds: 3 },
  { make: 'bird', choice: 'graceful', kills: 6, rounds: 3 },
  { make: 'frr', choice: 'fast', kills: 30, rounds: 1 },
  { make: 'frr', choice: 'graceful', kills: 3, rounds: 1 },
];

/**
 * What a client behind the router sees of flows that are pinned to a node when that dies, restarts, leaves, or is upgraded
 * as all others are, one after the other. BFD is at 50 ms x 3.
 */
export async function benchFailoverBgp({ quick }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  await runFirst();
  const programs = await bundlePrograms();
  const lab = await EcmpLab.create(programs);
  try {
    const results: Result[] = [];
    for (const plan of quick ? QUICK : FULL) {
      await lab.start(plan.make, plan.choice);
      results.push(...(await play(lab, plan)));
      await lab.stop();
    }
    return results;
  } finally {
    await lab.dispose();
    await rm(programs, { recursive: true, force: true });
  }
}

async function play(lab: EcmpLab, { make, choice, kills, rounds }: Plan): Promise<readonly Result[]> {
  const name = (what: string) => `${what}-${choice}-${make}`;
  const ports = await lab.probe.ports(NODES);
  const slacks: number[] = [];
  const watch = async (node: NodeName, during: () => Promise<void>): Promise<Watch> => {
    const seen = await lab.probe.watch(ports.get(node) ?? 0, during);
    slacks.push(seen.slack);
    return seen;
  };
  let fallen = 0;
  const planned = async (reason: 'Restart' | 'Leave'): Promise<readonly Watch[]> => {
    const watches: Watch[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const node of NODES) {
        const others = NODES.filter((other) => other !== node);
        const before = others.map((other) => lab.speaker(other).session()?.since);
        watches.push(await watch(node, () => succeed(lab, node, choice, reason)));
        fallen += others.filter((other, index) => lab.speaker(other).session()?.since !== before[index]).length;
      }
    }
    return watches;
  };
  const restarts = await planned('Restart');
  const drains = await planned('Leave');
  const upgrade = await watch('n1', async () => {
    for (const node of NODES) await succeed(lab, node, choice, 'Restart');
  });
  const outages: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const node = NODES[kill % NODES.length] ?? 'n1';
    await lab.isGuarded(node);
    await sleep(SETTLE);
    const { outage } = await watch(node, async () => {
      await sleep(LEAD);
      await lab.cut(node);
      await sleep(AFTER_KILL[choice]);
    });
    outages.push(outage);
    await lab.plugIn(node);
    await lab.startSpeaker(node, choice);
    await lab.hasPaths(NODES.length);
  }
  const datagrams = (what: string, which: 'lost' | 'moved', watches: readonly Watch[]) => {
    const of = watches.map((each) => each[which]);
    return summarise(name(which === 'lost' ? what : `${what}-moved`), NODES.length, which, of);
  };
  return [
    summarise(name('death'), NODES.length, 'ms', outages),
    datagrams('restart', 'lost', restarts),
    datagrams('restart', 'moved', restarts),
    datagrams('drain', 'lost', drains),
    datagrams('upgrade', 'lost', [upgrade]),
    datagrams('upgrade', 'moved', [upgrade]),
    summarise(name('fallen'), NODES.length, 'sessions', [fallen]),
    summarise(name('slack'), NODES.length, 'ms', slacks),
  ];
}

/** One life of a speaker ends, and the next begins. */
async function succeed(lab: EcmpLab, node: NodeName, choice: Choice, reason: 'Restart' | 'Leave'): Promise<void> {
  await lab.isGuarded(node);
  await sleep(LEAD);
  const before = lab.speaker(node);
  before.stop(reason);
  while (!before.process.exited) await sleep(10);
  await lab.startSpeaker(node, choice);
  await lab.isGuarded(node);
  await lab.hasPaths(NODES.length);
  await sleep(LEAD);
}

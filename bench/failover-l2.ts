import { enterNetworkLab } from './enter-lab.ts';
import { Lab } from './failover-l2/lab.ts';
import type { BenchNode } from './failover-l2/node.ts';
import type { Probed } from './failover-l2/probing.ts';
import { CRASHES, crash, faultSpeaker, MOVES, move, SPEAKER_FAULTS } from './failover-l2/trials.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions, TrialOptions } from './options.ts';

/** How often each thing happens with so many addresses on the node. */
interface Size {
  readonly n: number;
  readonly crashes: number;
  readonly moves: number;
  readonly faults: number;
}

const QUICK: readonly Size[] = [{ n: 50, crashes: 1, moves: 1, faults: 0 }];
const ONCE = { crashes: 1, moves: 1, faults: 1 };
const FULL: readonly Size[] = [
  { n: 1, crashes: 34, moves: 6, faults: 4 },
  { n: 50, crashes: 40, moves: 10, faults: 4 },
  { n: 500, crashes: 28, moves: 5, faults: 3 },
];

/**
 * Nodes are lost, speakers die and addresses move, on real kernels: what two clients lose that probe some of the addresses
 * every millisecond, one beside the nodes and one behind a router.
 */
export async function benchFailoverL2({ quick, trials }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  const lab = await Lab.start();
  try {
    const results: Result[] = [];
    for (const size of sizes(quick ? QUICK : FULL, trials)) results.push(...(await failover(lab, size, trials.only)));
    return results;
  } finally {
    await lab.dispose();
  }
}

/** The sizes that are asked for, or else these. */
function sizes(given: readonly Size[], { n, times }: TrialOptions): readonly Size[] {
  const wanted =
    n.length === 0 ? given : n.map((each) => given.find((size) => size.n === each) ?? { ...ONCE, n: each });
  if (times === undefined) return wanted;
  return wanted.map((size) => ({ n: size.n, crashes: times, moves: times, faults: times }));
}

async function failover(lab: Lab, size: Size, only: readonly string[]): Promise<readonly Result[]> {
  const { n, crashes, moves, faults } = size;
  const trials = new Trials(lab, n, only);
  const results: Result[] = [];
  const heals: number[] = [];
  const plannedLost: number[] = [];
  const slack: number[] = [];
  const note = (seen: readonly Probed[]) => slack.push(...seen.map((each) => each.slack));
  for (const how of CRASHES) {
    const seen = await trials.run(`crash-${how}`, crashes, (victim) => crash(lab, n, victim, how));
    results.push(...outages(`crash-${how}`, n, seen));
    heals.push(...seen.flatMap(({ heal }) => heal));
    note(seen);
  }
  results.push(summarise('heal', n, 'ms', heals));
  for (const how of MOVES) {
    const seen = await trials.run(`planned-${how}`, moves, (victim) => move(lab, n, victim, how));
    results.push(...outages(`planned-${how}`, n, seen));
    plannedLost.push(...seen.map(({ lost }) => lost));
    note(seen);
  }
  results.push(summarise('planned-lost', n, 'packets', plannedLost));
  for (const how of faults > 0 ? SPEAKER_FAULTS : []) {
    const seen = await trials.run(`speaker-${how}`, faults, (victim) => faultSpeaker(lab, n, victim, how));
    const gaps = seen.map(({ gap }) => gap);
    const moved = seen.map((each) => each.moved);
    results.push(...outages(`speaker-${how}`, n, seen), summarise(`speaker-${how}-arp`, n, 'ms', gaps));
    results.push(summarise(`speaker-${how}-moved`, n, 'addresses', moved));
    note(seen);
  }
  return [
    ...results,
    summarise('probe-slack', n, 'ms', slack),
    summarise('abandoned', n, 'trials', [trials.abandoned]),
  ];
}

/** What was lost: time by flow, packets and broken flows by trial. */
function outages(name: string, n: number, seen: readonly Probed[]): readonly Result[] {
  return [
    summarise(
      name,
      n,
      'ms',
      seen.flatMap(({ lostTimes }) => lostTimes),
    ),
    summarise(
      `${name}-lost`,
      n,
      'packets',
      seen.map(({ lost }) => lost),
    ),
    summarise(
      `${name}-broken`,
      n,
      'flows',
      seen.map(({ broken }) => broken),
    ),
  ];
}

/** Trials on one node after another, so that what each lost is with the next when its turn comes. */
class Trials {
  /** How many did not come to their end. */
  abandoned = 0;
  #turn = 0;

  constructor(
    private readonly lab: Lab,
    private readonly n: number,
    /** Names of trials; all when empty. */
    private readonly only: readonly string[],
  ) {}

  async run<T extends Probed>(name: string, count: number, trial: (victim: BenchNode) => Promise<T>): Promise<T[]> {
    const seen: T[] = [];
    if (this.only.length > 0 && !this.only.includes(name)) return seen;
    for (let index = 0; index < count; index++) {
      const { nodes } = this.lab;
      const victim = nodes[this.#turn++ % nodes.length];
      if (victim === undefined) throw new RangeError('bench: there is no node');
      const result = await trial(victim).catch((error: Error) => error);
      if (result instanceof Error) {
        this.abandoned++;
        console.error(`${name} n=${this.n} ${index + 1}/${count}: abandoned: ${result.message}`);
        await this.lab.restore();
        continue;
      }
      seen.push(result);
      const most = Math.max(...result.lostTimes).toFixed(1);
      console.error(
        `${name} n=${this.n} ${index + 1}/${count}: ${most} ms, ${result.lost} packets, ${result.broken} flows`,
      );
    }
    return seen;
  }
}

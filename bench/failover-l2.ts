import { enterNetworkLab } from './enter-lab.ts';
import { Lab } from './failover-l2/lab.ts';
import type { Probed } from './failover-l2/probing.ts';
import {
  CRASHES,
  type Crashed,
  crash,
  faultSpeaker,
  MOVES,
  move,
  SPEAKER_FAULTS,
  type SpeakerFaulted,
} from './failover-l2/trials.ts';
import { Turns } from './failover-l2/turns.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions, TrialOptions } from './options.ts';
import { runFirst } from './priority.ts';

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
  { n: 1, crashes: 36, moves: 6, faults: 4 },
  { n: 50, crashes: 46, moves: 10, faults: 4 },
  { n: 500, crashes: 20, moves: 5, faults: 3 },
];

/** Seconds that a trial takes, and one more for so many addresses. */
const TRIAL_SECONDS = { crash: 4.3, move: 4, fault: 6, addressesASecond: 70 };

/**
 * Nodes are lost, speakers die and addresses move, on real kernels: what two clients lose that probe some of the addresses
 * every millisecond, one beside the nodes and one behind a router.
 */
export async function benchFailoverL2({ quick, trials, interim }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  await runFirst();
  const wanted = sizes(quick ? QUICK : FULL, trials);
  console.error(`about ${Math.ceil(secondsOf(wanted, trials.only) / 60)} min; Ctrl-C prints what has been seen`);
  const failovers: Failover[] = [];
  const rows = () => failovers.flatMap((each) => each.rows());
  interim(rows);
  const lab = await Lab.start();
  for (const size of wanted) {
    const failover = new Failover(lab, size, trials.only);
    failovers.push(failover);
    await failover.run();
  }
  await lab.dispose();
  return rows();
}

function secondsOf(wanted: readonly Size[], only: readonly string[]): number {
  const isRun = (name: string) => only.length === 0 || only.includes(name);
  const count = (kind: string, ways: readonly string[]) => ways.filter((way) => isRun(`${kind}-${way}`)).length;
  const { crash, move, fault, addressesASecond } = TRIAL_SECONDS;
  return wanted.reduce((sum, { n, crashes, moves, faults }) => {
    const more = n / addressesASecond;
    const ofCrashes = count('crash', CRASHES) * crashes * (crash + more);
    const ofMoves = count('planned', MOVES) * moves * (move + more);
    return sum + ofCrashes + ofMoves + count('speaker', SPEAKER_FAULTS) * faults * (fault + more);
  }, 0);
}

/** The sizes that are asked for, or else these. */
function sizes(given: readonly Size[], { n, times }: TrialOptions): readonly Size[] {
  const wanted =
    n.length === 0 ? given : n.map((each) => given.find((size) => size.n === each) ?? { ...ONCE, n: each });
  if (times === undefined) return wanted;
  return wanted.map((size) => ({ n: size.n, crashes: times, moves: times, faults: times }));
}

/** All trials with so many addresses. */
class Failover {
  readonly #trials: Turns;
  readonly #crashes = CRASHES.map((how) => ({ how, seen: [] as Crashed[] }));
  readonly #moves = MOVES.map((how) => ({ how, seen: [] as Probed[] }));
  readonly #faults = SPEAKER_FAULTS.map((how) => ({ how, seen: [] as SpeakerFaulted[] }));

  constructor(
    private readonly lab: Lab,
    private readonly size: Size,
    only: readonly string[],
  ) {
    this.#trials = new Turns(lab, size.n, only);
  }

  async run(): Promise<void> {
    const { lab } = this;
    const { n, crashes, moves, faults } = this.size;
    for (const { how, seen } of this.#crashes)
      await this.#trials.run(`crash-${how}`, crashes, seen, (victim) => crash(lab, n, victim, how));
    for (const { how, seen } of this.#moves)
      await this.#trials.run(`planned-${how}`, moves, seen, (victim) => move(lab, n, victim, how));
    for (const { how, seen } of this.#faults)
      await this.#trials.run(`speaker-${how}`, faults, seen, (victim) => faultSpeaker(lab, n, victim, how));
  }

  /** What was seen so far. */
  rows(): readonly Result[] {
    const { n } = this.size;
    const crashed = this.#crashes.flatMap(({ seen }) => seen);
    const moved = this.#moves.flatMap(({ seen }) => seen);
    const faulted = this.#faults.flatMap(({ seen }) => seen);
    const of = <Seen>(name: string, unit: string, seen: readonly Seen[], figures: (each: Seen) => readonly number[]) =>
      summarise(name, n, unit, seen.flatMap(figures));
    return [
      ...this.#crashes.flatMap(({ how, seen }) => outages(`crash-${how}`, n, seen)),
      of('heal', 'ms', crashed, ({ heal }) => heal),
      ...this.#moves.flatMap(({ how, seen }) => outages(`planned-${how}`, n, seen)),
      of('planned-lost', 'packets', moved, ({ lost }) => [lost]),
      ...this.#faults.flatMap(({ how, seen }) => [
        ...outages(`speaker-${how}`, n, seen),
        of(`speaker-${how}-arp`, 'ms', seen, ({ gap }) => [gap]),
        of(`speaker-${how}-moved`, 'addresses', seen, (each) => [each.moved]),
      ]),
      of('probe-slack', 'ms', [...crashed, ...moved, ...faulted], ({ slack }) => [slack]),
      of('disturbed', 'ms', this.#trials.disturbed, ({ lostTimes }) => [Math.max(...lostTimes)]),
      summarise('abandoned', n, 'trials', [this.#trials.abandoned]),
    ];
  }
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

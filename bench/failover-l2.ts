import { enterNetworkLab } from './enter-lab.ts';
import { Lab } from './failover-l2/lab.ts';
import type { Probed } from './failover-l2/probing.ts';
import { CRASHES, crash, faultSpeaker, MOVES, move, SPEAKER_FAULTS } from './failover-l2/trials.ts';
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
  { n: 1, crashes: 34, moves: 6, faults: 4 },
  { n: 50, crashes: 40, moves: 10, faults: 4 },
  { n: 500, crashes: 28, moves: 5, faults: 3 },
];

/** Seconds that a trial takes, and one more for so many addresses. */
const TRIAL_SECONDS = { crash: 4, move: 4, fault: 6, addressesASecond: 25 };

/**
 * Nodes are lost, speakers die and addresses move, on real kernels: what two clients lose that probe some of the addresses
 * every millisecond, one beside the nodes and one behind a router. An interrupt ends it with what has been seen.
 */
export async function benchFailoverL2({ quick, trials }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  await runFirst();
  const lab = await Lab.start();
  const wanted = sizes(quick ? QUICK : FULL, trials);
  console.error(`about ${Math.ceil(secondsOf(wanted, trials.only) / 60)} min; Ctrl-C prints what has been seen`);
  const results: Result[] = [];
  for (const size of wanted) results.push(...(await failover(lab, size, trials.only)));
  // What has been seen is told even if the machines cannot be put away, as after an interrupt that ended them.
  await lab.dispose().catch(() => undefined);
  return results;
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

async function failover(lab: Lab, size: Size, only: readonly string[]): Promise<readonly Result[]> {
  const { n, crashes, moves, faults } = size;
  const trials = new Turns(lab, n, only);
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

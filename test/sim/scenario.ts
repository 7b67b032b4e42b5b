import { DEFAULT_TIMING, type OwnershipTiming } from '../../src/speaker/ownership/timing.ts';
import { freeze, kill, makeWhole, moveByChoice, powerOff, powerOn, restart, thaw } from './faults.ts';
import { HANDOVER, TAKEOVER } from './invariants.ts';
import type { Quality } from './network.ts';
import { Random } from './random.ts';
import { Segment } from './segment.ts';
import { strike } from './storm.ts';
import { Timeline } from './timeline.ts';

/** What a run shows: planned moves, restarts and crashes one at a time on a whole network; or all at once on a bad one. */
export type Kind = 'moves' | 'restarts' | 'crashes' | 'storm';

export interface ScenarioOptions {
  /** As many nodes and addresses, instead of what the seed says. */
  readonly size?: { readonly nodes: number; readonly addresses: number } | undefined;
  readonly kind?: Kind | undefined;
  readonly trace?: boolean | undefined;
}

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  readonly kind: Kind;
  readonly nodes: number;
  readonly addresses: number;
  readonly violations: readonly string[];
  readonly timeline: readonly string[];
  readonly longestGap: number;
  readonly longestConflict: number;
  readonly messages: number;
}

/** Shorter where it takes long only so that people have time. */
const TIMING: OwnershipTiming = { ...DEFAULT_TIMING, caretaking: 6_000, conflictRetry: [2_000, 4_000] };
/** (a): what has been whole for so long is settled: the longest time of the above, and then a placement. */
const CONVERGE = 12_000;
/** The first placement of all addresses: the listening, and the turns of those that come first and are not there. */
const START = 6_000;
/** Between faults that are to be seen one by one. */
const APART = 6_000;

/** For longer than this a process that stands still may be missed by BFD. */
const FALTERING = 190;

const WHOLE: Quality = { loss: 0, duplicates: 0, delay: [0.1, 3] };
/** Milliseconds that frames take between machines that have too much to do. */
const BUSY: Quality['delay'] = [0.1, 120];
/** Whole for all that is repeated. */
const WORN: Quality = { ...WHOLE, loss: 0.01 };

export function runSeed(seed: number, { size, kind: wanted, trace = false }: ScenarioOptions = {}): Outcome {
  const random = new Random(seed);
  const kind = wanted ?? random.pick<Kind>(['moves', 'restarts', 'crashes', 'storm', 'storm', 'storm']);
  const [nodes, addresses] = [random.whole(2, 8), random.chance(0.1) ? random.whole(20, 50) : random.whole(1, 8)];
  const timeline = new Timeline(trace);
  const bad: Quality = {
    loss: random.pick([0, 0.01, 0.1]),
    duplicates: random.pick([0, 0.02, 0.1]),
    delay: [0.1, random.pick([2, 5, 30])],
  };
  // Machines that have too much to do are late with everything. Of fifty some would take others for gone at any time: an
  // answer that comes after 80 ms is none, which docs/layer2.md tells of.
  const isBusy = size === undefined && seed % 16 === 6;
  const options = {
    nodes: size?.nodes ?? (kind === 'moves' ? Math.max(3, nodes) : nodes),
    addresses: size?.addresses ?? addresses,
    quality:
      kind === 'storm'
        ? isBusy
          ? { ...bad, delay: BUSY }
          : bad
        : kind === 'restarts'
          ? random.pick([WHOLE, WORN])
          : WHOLE,
    throughCodec: seed % 8 === 0,
    timing: TIMING,
    holdOff: random.pick([0, 500, 2_000]),
    planLag: random.pick([10, 300, 2_000]),
  };
  const segment = new Segment(options, random, timeline);
  const { clock, invariants, names } = segment;
  const look = (): void => {
    invariants.look();
    clock.after(100, look);
  };
  look();
  for (const name of names) clock.after(random.between(0, 500), () => segment.start(name));
  if (kind === 'storm' && seed % 8 === 4) strangerAtFirst(segment);
  clock.runUntil(START);
  RUNS[kind](segment);
  makeWhole(segment);
  invariants.expected = { ...invariants.expected, longestGap: undefined };
  clock.runUntil(clock.now + CONVERGE);
  invariants.checkSettled();
  const beliefs = invariants.wrongBeliefs();
  if (beliefs.length > 0) clock.runUntil(clock.now + 2_000);
  invariants.checkBeliefs(beliefs);
  return {
    seed,
    kind,
    nodes: options.nodes,
    addresses: options.addresses,
    violations: invariants.violations,
    timeline: timeline.lines,
    longestGap: invariants.gaps.longest,
    longestConflict: invariants.longestConflict,
    messages: segment.sent,
  };
}

const RUNS: Readonly<Record<Kind, (segment: Segment) => void>> = {
  moves(segment) {
    segment.invariants.expected = { longestGap: 0, nothingMoves: false, sides: 1, longestConflict: HANDOVER };
    for (let count = segment.random.whole(3, 8); count > 0; count--) {
      moveByChoice(segment);
      segment.clock.runUntil(segment.clock.now + segment.random.between(100, 2_000));
    }
    segment.clock.runUntil(segment.clock.now + APART);
  },

  restarts(segment) {
    segment.invariants.expected = { longestGap: 0, nothingMoves: true, sides: 1 };
    for (const name of segment.random.shuffle(segment.names).slice(0, 3)) {
      const gone = segment.random.between(200, 3_000);
      restart(segment, name, gone);
      segment.clock.runUntil(segment.clock.now + APART);
    }
  },

  crashes(segment) {
    const { random, clock, invariants } = segment;
    for (let count = random.whole(1, 3); count > 0; count--) {
      const name = random.pick(segment.names);
      const what = random.whole(0, 3);
      invariants.expected = {
        longestGap: canBeLost(segment, name),
        nothingMoves: what <= 1,
        sides: 1,
        takenOnce: what === 2,
        longestConflict: what <= 2 ? HANDOVER : undefined,
      };
      if (what === 0) {
        kill(segment, name);
        clock.after(random.between(700, 5_000), () => segment.start(name));
      } else if (what === 1) {
        freeze(segment, name);
        clock.after(random.between(700, 5_000), () => thaw(segment, name));
      } else if (what === 2) {
        powerOff(segment, name);
        clock.after(random.between(1_000, 5_000), () => powerOn(segment, name));
        if (random.chance(0.5)) falter(segment);
      } else {
        segment.timeline.log(clock.now, '*', () => `${name} is cut off`);
        segment.network.setCut(name, true);
        clock.after(random.between(1_000, 5_000), () => segment.network.setCut(name, false));
      }
      clock.runUntil(clock.now + 2 * APART);
      invariants.expected = { longestGap: undefined, nothingMoves: false, sides: 1 };
    }
  },

  storm(segment) {
    const { random, clock, invariants } = segment;
    invariants.expected = { longestGap: undefined, nothingMoves: false, sides: 2 };
    const end = clock.now + random.between(4_000, 12_000);
    while (clock.now < end) {
      strike(segment);
      clock.runUntil(clock.now + random.between(0, 1_500));
    }
  },
};

/** Those that stand by have much to do just then: each does nothing for a while, though for none that others notice. */
function falter(segment: Segment): void {
  const { random, clock, nodes, invariants } = segment;
  for (const { name } of [...nodes.values()].filter(({ isAwake }) => isAwake)) {
    clock.after(random.between(200, 320), () => {
      if (segment.node(name).isAwake) freeze(segment, name);
      clock.after(random.between(80, FALTERING), () => thaw(segment, name));
    });
  }
  const { longestGap } = invariants.expected;
  if (longestGap === undefined) return;
  invariants.expected = { ...invariants.expected, longestGap: longestGap + 2 * FALTERING };
}

/** How long the addresses of a node may go unanswered when it fails: for ever, where nobody stands by. */
function canBeLost({ truth, nodes }: Segment, failing: string): number | undefined {
  for (const address of truth.ranks.keys()) {
    const others = truth.candidatesOf(address).filter((name) => name !== failing && nodes.get(name)?.isAwake);
    if (others.length === 0) return undefined;
  }
  return TAKEOVER;
}

/** Somebody else uses an address before the speakers come to it. Draws no number: what else befalls a seed stays. */
function strangerAtFirst({ strangers, truth, clock, timeline }: Segment): void {
  const [address] = truth.ranks.keys();
  if (address === undefined) return;
  timeline.log(clock.now, '*', () => `stranger uses ${address} from the beginning`);
  strangers.add(address);
  clock.after(START * 0.75, () => strangers.delete(address));
}

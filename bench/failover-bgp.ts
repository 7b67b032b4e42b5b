import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StopReason } from '../src/speaker/wire/messages.ts';
import { type Choice, EcmpLab, NODES, type NodeName, type RouterMake } from './bgp/ecmp-lab.ts';
import type { Watch } from './bgp/probe.ts';
import { bundlePrograms } from './bgp/programs.ts';
import { enterNetworkLab } from './enter-lab.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { runFirst } from './priority.ts';
import { Trials } from './trials.ts';

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
export async function benchFailoverBgp({ quick, interim }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  await runFirst();
  const programs = await bundlePrograms();
  const lab = await EcmpLab.create(programs);
  const trials = new Trials();
  const plays: Play[] = [];
  const rows = () => [
    ...plays.flatMap((play) => play.rows()),
    summarise('abandoned', NODES.length, 'trials', [trials.abandoned]),
  ];
  interim(rows);
  try {
    for (const plan of quick ? QUICK : FULL) {
      const play = new Play(lab, trials, plan);
      plays.push(play);
      await play.run();
    }
    return rows();
  } finally {
    await lab.dispose();
    await rm(programs, { recursive: true, force: true });
  }
}

/** All trials with one router and one choice of a peer. */
class Play {
  readonly #lab: EcmpLab;
  readonly #trials: Trials;
  readonly #plan: Plan;
  /** For each node, a port whose flow goes there. */
  #ports: ReadonlyMap<string, number> = new Map();
  readonly #restarts: Watch[] = [];
  readonly #drains: Watch[] = [];
  readonly #upgrades: Watch[] = [];
  readonly #deaths: Watch[] = [];
  #fallen = 0;
  /** The node that died last, until it is back. */
  #dead: NodeName | undefined;

  constructor(lab: EcmpLab, trials: Trials, plan: Plan) {
    this.#lab = lab;
    this.#trials = trials;
    this.#plan = plan;
  }

  async run(): Promise<void> {
    const { choice, kills, rounds } = this.#plan;
    await this.#start();
    for (const [reason, seen] of [['Restart', this.#restarts] as const, ['Leave', this.#drains] as const]) {
      for (let round = 0; round < rounds; round++) {
        for (const node of NODES) {
          const what = `${reason === 'Leave' ? 'drain' : 'restart'} of ${node} ${round + 1}/${rounds}`;
          await this.#watch(what, seen, node, () => this.#succeedAlone(node, reason));
        }
      }
    }
    await this.#watch('upgrade', this.#upgrades, 'n1', async () => {
      for (const node of NODES) await succeed(this.#lab, node, choice, 'Restart');
    });
    for (let kill = 0; kill < kills; kill++) {
      const node = NODES[kill % NODES.length] ?? 'n1';
      await this.#watch(`death of ${node} ${kill + 1}/${kills}`, this.#deaths, node, async () => {
        this.#dead = node;
        await sleep(LEAD);
        await this.#lab.cut(node);
        await sleep(AFTER_KILL[choice]);
      });
    }
    await this.#lab.stop();
  }

  /** What was seen so far. */
  rows(): readonly Result[] {
    const { make, choice } = this.#plan;
    const name = (what: string) => `${what}-${choice}-${make}`;
    const row = (what: string, unit: string, samples: readonly number[]) =>
      summarise(name(what), NODES.length, unit, samples);
    const of = (watches: readonly Watch[], which: 'lost' | 'moved' | 'outage' | 'slack') =>
      watches.map((each) => each[which]);
    const all = [this.#restarts, this.#drains, this.#upgrades, this.#deaths].flat();
    return [
      row('death', 'ms', of(this.#deaths, 'outage')),
      row('restart', 'lost', of(this.#restarts, 'lost')),
      row('restart-moved', 'moved', of(this.#restarts, 'moved')),
      row('drain', 'lost', of(this.#drains, 'lost')),
      row('upgrade', 'lost', of(this.#upgrades, 'lost')),
      row('upgrade-moved', 'moved', of(this.#upgrades, 'moved')),
      row('fallen', 'sessions', [this.#fallen]),
      row('slack', 'ms', of(all, 'slack')),
    ];
  }

  async #start(): Promise<void> {
    const { make, choice } = this.#plan;
    await this.#lab.start(make, choice);
    this.#ports = await this.#lab.probe.ports(NODES);
  }

  /** One trial. Where it comes to no end, everything starts anew for the next. */
  async #watch(what: string, seen: Watch[], node: NodeName, during: () => Promise<void>): Promise<void> {
    const { make, choice } = this.#plan;
    const trial = async () => {
      if (this.#dead !== undefined) await this.#revive(this.#dead);
      await this.#lab.isGuarded(node);
      return await this.#lab.probe.watch(this.#ports.get(node) ?? 0, during);
    };
    const result = await this.#trials.run(`${choice} ${make}: ${what}`, trial, inWords);
    if (result !== undefined) seen.push(result);
    else await this.#startAnew();
  }

  async #startAnew(): Promise<void> {
    await this.#lab.stop();
    this.#dead = undefined;
    await this.#start();
  }

  /** Also counts the sessions of other nodes that fall meanwhile. */
  async #succeedAlone(node: NodeName, reason: StopReason): Promise<void> {
    const others = NODES.filter((other) => other !== node);
    const before = others.map((other) => this.#lab.speaker(other).session()?.since);
    await succeed(this.#lab, node, this.#plan.choice, reason);
    this.#fallen += others.filter((other, at) => this.#lab.speaker(other).session()?.since !== before[at]).length;
  }

  async #revive(node: NodeName): Promise<void> {
    await this.#lab.plugIn(node);
    await this.#lab.startSpeaker(node, this.#plan.choice);
    await this.#lab.hasPaths(NODES.length);
    await this.#lab.isGuarded(node);
    this.#dead = undefined;
    await sleep(SETTLE);
  }
}

function inWords({ sent, lost, moved, outage, slack }: Watch): string {
  const counts = `${lost} of ${sent} lost, ${moved} moved`;
  return `${counts}, outage ${outage.toFixed(0)} ms, slack ${slack.toFixed(0)} ms`;
}

/** One life of a speaker ends, and the next begins. */
async function succeed(lab: EcmpLab, node: NodeName, choice: Choice, reason: StopReason): Promise<void> {
  await sleep(LEAD);
  const before = lab.speaker(node);
  before.stop(reason);
  while (!before.process.exited) await sleep(10);
  await lab.startSpeaker(node, choice);
  await lab.isGuarded(node);
  await lab.hasPaths(NODES.length);
  await sleep(LEAD);
}

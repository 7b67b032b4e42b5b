import type { Daemon } from '../test/cluster/daemon.ts';
import { createToAddress } from './converge/create-to-address.ts';
import { createToAnswer } from './converge/create-to-answer.ts';
import type { Events } from './converge/events.ts';
import { idle } from './converge/idle.ts';
import { Lab } from './converge/lab.ts';
import { createLive, type Run, startOnPending } from './converge/race.ts';
import {
  createService,
  forEach,
  names,
  removeService,
  removeServices,
  resetService,
  statusTemplate,
} from './converge/services.ts';
import { enterLab } from './enter-lab.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { inParts, type Part } from './parts.ts';

/** How many Services, and how often the controller and the bare loop take turns. */
interface Size {
  readonly n: number;
  readonly starts: number;
  readonly lives: number;
  /** Whether the events that tell of a start are waited for. */
  readonly hasEvents: boolean;
}

const QUICK: readonly Size[] = [{ n: 1_000, starts: 1, lives: 1, hasEvents: false }];
const FULL: readonly Size[] = [
  { n: 1_000, starts: 7, lives: 3, hasEvents: true },
  { n: 5_000, starts: 3, lives: 1, hasEvents: true },
  { n: 10_000, starts: 3, lives: 1, hasEvents: true },
];

/**
 * From pending Services to addresses, on a real API server: the controller beside a bare loop that sends the same patches
 * over as many connections.
 */
export async function benchConverge(options: BenchOptions): Promise<readonly Result[]> {
  await enterLab();
  const parts: Part[] = [[options.idle ? 'idle' : 'addresses', () => onOneMachine(options)]];
  if (!options.idle && !options.quick) parts.push(['answers', createToAnswer]);
  return await inParts(parts);
}

async function onOneMachine(options: BenchOptions): Promise<readonly Result[]> {
  const lab = await Lab.start();
  try {
    if (options.idle) return await idle(lab, options.idleMinutes, options.quick);
    const bareLoop = lab.bareLoop(await learnStatus(lab));
    // First, since it leaves nothing behind; after the rest there would be thousands of Services to remove.
    const latency: Part = ['one by one', () => createToAddress(lab, bareLoop, options.quick)];
    const sizes = options.quick ? QUICK : FULL;
    return await inParts([
      latency,
      ...sizes.map((size): Part => [`${size.n} Services`, () => converge(lab, bareLoop, size)]),
    ]);
  } finally {
    await lab.dispose();
  }
}

/** What the controller writes into the status of a Service that it gives an address. */
async function learnStatus(lab: Lab): Promise<string> {
  await createService(lab.api, 'learn');
  lab.controller.start();
  await lab.watch.count(1);
  const template = await statusTemplate(lab.api, 'learn');
  await lab.controller.stop();
  await removeService(lab.api, 'learn');
  await lab.watch.count(0);
  return template;
}

async function converge(lab: Lab, bareLoop: Daemon, { n, starts, lives, hasEvents }: Size): Promise<readonly Result[]> {
  const services = names(n);
  const live = await takeTurns(lives, lab.controller, bareLoop, async (program) => {
    await removeServices(lab.api);
    await lab.watch.count(0);
    return await createLive(lab, program, services);
  });
  const start = await takeTurns(starts, lab.controller, bareLoop, async (program, turn) => {
    await forEach(services, (name) => resetService(lab.api, name));
    await lab.watch.count(0);
    return await startOnPending(lab, program, n, hasEvents && program === lab.controller && turn === 0);
  });
  const burst = live.ours.flatMap(({ latencies }) => latencies);
  const events = start.ours.flatMap(({ events }) => events ?? []);
  return [
    ...comparison('start', n, start),
    ...comparison('live', n, live),
    summarise('create-to-address-burst', n, 'ms', burst),
    ...consumption('', n, start),
    ...consumption('live-', n, live),
    ...(hasEvents ? told(n, events) : []),
  ];
}

/** How many events tell of a start, and how long after it the last one comes. */
function told(n: number, events: readonly Events[]): readonly Result[] {
  const counts = events.map(({ count }) => count);
  const delays = events.map(({ millis }) => millis);
  return [summarise('events', n, 'events', counts), summarise('events-after', n, 'ms', delays)];
}

interface Turns {
  readonly ours: readonly Run[];
  readonly bare: readonly Run[];
}

/** Both by turns, so that what else the machine does meets both; every other time the bare loop goes first. */
async function takeTurns(
  turns: number,
  ours: Daemon,
  bare: Daemon,
  run: (program: Daemon, turn: number) => Promise<Run>,
): Promise<Turns> {
  const runs = new Map<Daemon, Run[]>([
    [ours, []],
    [bare, []],
  ]);
  for (let turn = 0; turn < turns; turn++) {
    for (const program of turn % 2 === 0 ? [ours, bare] : [bare, ours])
      runs.get(program)?.push(await run(program, turn));
  }
  return { ours: runs.get(ours) ?? [], bare: runs.get(bare) ?? [] };
}

/** The times of both, and the share of the bare loop's rate that the controller reaches, turn by turn. */
function comparison(name: string, n: number, { ours, bare }: Turns): readonly Result[] {
  const ratios = ours.map(({ millis }, turn) => (bare[turn]?.millis ?? Number.NaN) / millis);
  return [
    summarise(
      name,
      n,
      'ms',
      ours.map(({ millis }) => millis),
    ),
    summarise(
      `${name}-bare`,
      n,
      'ms',
      bare.map(({ millis }) => millis),
    ),
    summarise(`${name}-ratio`, n, 'x', ratios),
  ];
}

/** What both have used when all have an address. */
function consumption(prefix: string, n: number, { ours, bare }: Turns): readonly Result[] {
  const rss = ours.map(({ usage }) => usage.rss);
  const cpu = (runs: readonly Run[]) => runs.map(({ usage }) => usage.cpuSeconds);
  return [
    summarise(`${prefix}rss`, n, 'MiB', rss),
    summarise(`${prefix}cpu`, n, 's', cpu(ours)),
    summarise(`${prefix}cpu-bare`, n, 's', cpu(bare)),
  ];
}

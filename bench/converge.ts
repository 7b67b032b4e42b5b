import type { Daemon } from '../test/cluster/daemon.ts';
import { createToAddress } from './converge/create-to-address.ts';
import { createToAnswer } from './converge/create-to-answer.ts';
import type { Events } from './converge/events.ts';
import { idle } from './converge/idle.ts';
import { Lab } from './converge/lab.ts';
import { tell } from './converge/progress.ts';
import { createLive, type Run, startOnPending } from './converge/race.ts';
import {
  createService,
  ensureService,
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

/** How many Services, and how often the controller and the bare loop take turns. */
interface Size {
  readonly n: number;
  /** On Services that are there already. */
  readonly starts: number;
  /** While they are created. */
  readonly lives: number;
  /** Whether the events that tell of a start are waited for. */
  readonly hasEvents: boolean;
}

const QUICK: readonly Size[] = [
  { n: 500, starts: 0, lives: 1, hasEvents: false },
  { n: 1_000, starts: 1, lives: 0, hasEvents: false },
];
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
  const results: Result[] = [];
  options.interim(() => results);
  await onOneMachine(options, results);
  if (!options.idle && !options.quick) results.push(...(await createToAnswer()));
  return results;
}

/** @param results to which each part is added when it has been measured */
async function onOneMachine(options: BenchOptions, results: Result[]): Promise<void> {
  const lab = await Lab.start();
  try {
    tell('the API server runs');
    if (options.idle) {
      const minutes = options.idleMinutes;
      await idle(lab, minutes, options.quick, (seen) => results.splice(0, results.length, ...seen));
      return;
    }
    const bareLoop = lab.bareLoop(await learnStatus(lab));
    // First, since it leaves nothing behind; after the rest there would be thousands of Services to remove.
    results.push(...(await createToAddress(lab, bareLoop, options.quick)));
    tell('create-to-address: done');
    for (const size of options.quick ? QUICK : FULL) await converge(lab, bareLoop, size, results);
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

async function converge(lab: Lab, bareLoop: Daemon, size: Size, results: Result[]): Promise<void> {
  if (size.lives > 0) await live(lab, bareLoop, size, results);
  if (size.starts > 0) await start(lab, bareLoop, size, results);
}

async function live(lab: Lab, bareLoop: Daemon, { n, lives }: Size, results: Result[]): Promise<void> {
  const services = names(n);
  const turns = await takeTurns(`live n=${n}`, lives, lab.controller, bareLoop, async (program) => {
    await removeServices(lab.api);
    await lab.watch.count(0);
    return await createLive(lab, program, services);
  });
  const burst = turns.ours.flatMap(({ latencies }) => latencies);
  results.push(...comparison('live', n, turns), summarise('create-to-address-burst', n, 'ms', burst));
  results.push(...consumption('live-', n, turns));
}

async function start(lab: Lab, bareLoop: Daemon, { n, starts, hasEvents }: Size, results: Result[]): Promise<void> {
  const services = names(n);
  await forEach(services, (name) => ensureService(lab.api, name));
  const turns = await takeTurns(`start n=${n}`, starts, lab.controller, bareLoop, async (program, turn) => {
    await forEach(services, (name) => resetService(lab.api, name));
    await lab.watch.count(0);
    return await startOnPending(lab, program, n, hasEvents && program === lab.controller && turn === 0);
  });
  results.push(...comparison('start', n, turns), ...consumption('', n, turns));
  const events = turns.ours.flatMap((run) => run.events ?? []);
  if (hasEvents) results.push(...told(n, events));
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
  what: string,
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
    for (const program of turn % 2 === 0 ? [ours, bare] : [bare, ours]) {
      const done = await run(program, turn);
      runs.get(program)?.push(done);
      tell(`${what} ${turn + 1}/${turns}: ${program.spec.name} ${(done.millis / 1000).toFixed(2)} s`);
    }
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

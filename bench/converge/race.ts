import type { Daemon } from '../../test/cluster/daemon.ts';
import { type Events, eventsSince } from './events.ts';
import type { Lab } from './lab.ts';
import { countEvents, createService, forEach, removeService } from './services.ts';
import { type Usage, usageOf } from './usage.ts';

/** How a program got along. */
export interface Run {
  /** Until all Services had an address. */
  readonly millis: number;
  /** Of each Service that was created meanwhile, from the request until a watch told of its address. */
  readonly latencies: readonly number[];
  readonly usage: Usage;
  /** What was told of it by events; only where that was waited for. */
  readonly events?: Events | undefined;
}

/** Starts the program while so many Services are pending; the time begins with its process. */
export async function startOnPending(lab: Lab, program: Daemon, count: number, hasEvents: boolean): Promise<Run> {
  const former = hasEvents ? await countEvents(lab.api) : undefined;
  const begun = performance.now();
  program.start();
  return await finish(lab, program, count, begun, [], former);
}

/** Creates Services as fast as the API server takes them while the program runs. */
export async function createLive(lab: Lab, program: Daemon, names: readonly string[]): Promise<Run> {
  await startIdle(lab, program);
  const created = new Map<string, number>();
  const begun = performance.now();
  await forEach(names, async (name) => {
    created.set(name, performance.now());
    await createService(lab.api, name);
  });
  return await finish(lab, program, names.length, begun, created);
}

/** Starts the program and waits until it gives addresses. */
export async function startIdle(lab: Lab, program: Daemon): Promise<void> {
  program.start();
  await createService(lab.api, 'canary');
  await lab.watch.count(1);
  await removeService(lab.api, 'canary');
  await lab.watch.count(0);
}

async function finish(
  lab: Lab,
  program: Daemon,
  count: number,
  begun: number,
  created: Iterable<readonly [string, number]>,
  formerEvents?: number,
): Promise<Run> {
  const millis = (await lab.watch.count(count)) - begun;
  const latencies = [...created].map(([name, at]) => (lab.watch.seen.get(name) ?? Number.NaN) - at);
  const usage = await usageOf(program.pid);
  const events = formerEvents === undefined ? undefined : await eventsSince(lab, formerEvents, begun + millis);
  await program.stop();
  return { millis, latencies, usage, events };
}

import { setTimeout as pass } from 'node:timers/promises';
import type { Daemon } from '../../test/cluster/daemon.ts';
import { type Result, summarise } from '../measure.ts';
import type { Lab } from './lab.ts';
import { startIdle } from './race.ts';
import { createService, names, removeServices } from './services.ts';

/** Services created a second, evenly spread. */
const RATE = 50;

/** From a Service's creation until a watch tells of its address: one at a time, and at 50 a second. */
export async function createToAddress(lab: Lab, bareLoop: Daemon, quick: boolean): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [program, suffix] of [[lab.controller, ''] as const, [bareLoop, '-bare'] as const]) {
    await startIdle(lab, program);
    results.push(summarise(`create-to-address${suffix}`, 1, 'ms', await oneByOne(lab, names(quick ? 5 : 50))));
    const atRate = await atFixedRate(lab, names(RATE * (quick ? 1 : 20)));
    results.push(summarise(`create-to-address${suffix}`, RATE, 'ms', atRate.latencies));
    results.push(summarise(`create${suffix}`, RATE, 'ms', atRate.creations));
    await program.stop();
  }
  return results;
}

async function oneByOne(lab: Lab, services: readonly string[]): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (const [index, name] of services.entries()) {
    const begun = performance.now();
    await createService(lab.api, name);
    latencies.push((await lab.watch.count(index + 1)) - begun);
    await pass(150);
  }
  await removeAll(lab);
  return latencies;
}

interface Latencies {
  /** From the request to the address. */
  readonly latencies: readonly number[];
  /** From the request to its answer, which is the API server's part. */
  readonly creations: readonly number[];
}

async function atFixedRate(lab: Lab, services: readonly string[]): Promise<Latencies> {
  const begun = performance.now();
  const created = await Promise.all(
    services.map(async (name, index) => {
      await pass((index * 1000) / RATE - (performance.now() - begun));
      const at = performance.now();
      await createService(lab.api, name);
      return { name, at, millis: performance.now() - at };
    }),
  );
  await lab.watch.count(services.length);
  const latencies = created.map(({ name, at }) => (lab.watch.seen.get(name) ?? Number.NaN) - at);
  await removeAll(lab);
  return { latencies, creations: created.map(({ millis }) => millis) };
}

async function removeAll(lab: Lab): Promise<void> {
  await removeServices(lab.api);
  await lab.watch.count(0);
}

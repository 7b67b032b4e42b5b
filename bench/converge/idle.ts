import { setTimeout as pass } from 'node:timers/promises';
import { type Result, summarise } from '../measure.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Lab } from './lab.ts';
import { createService, forEach, names } from './services.ts';
import { usageOf } from './usage.ts';
import { writesSoFar } from './writes.ts';

/** After the last address, until the counters of pools and the like have been written too. Milliseconds. */
const SETTLE = 5_000;

/**
 * What a controller uses while nothing happens but the heartbeats of Nodes: the share of a core, the writes other than of
 * Leases, those of Leases (the API server's own among them), and memory.
 */
export async function idle(lab: Lab, minutes: number, quick: boolean): Promise<readonly Result[]> {
  const count = quick ? 1_000 : 10_000;
  await forEach(names(count), (name) => createService(lab.api, name));
  const heartbeats = await Heartbeats.start(lab.api, count / 10);
  lab.controller.start();
  await lab.watch.count(count);
  await pass(SETTLE);
  const usage = await usageOf(lab.controller.pid);
  const writes = await writesSoFar(lab.api);
  const begun = performance.now();
  await pass(minutes * 60_000);
  const seconds = (performance.now() - begun) / 1000;
  const { cpuSeconds, rss } = await usageOf(lab.controller.pid);
  const after = await writesSoFar(lab.api);
  heartbeats.stop();
  await lab.controller.stop();
  return [
    summarise('idle-cpu', count, '%', [((cpuSeconds - usage.cpuSeconds) / seconds) * 100]),
    summarise('idle-writes', count, 'writes', [after.others - writes.others]),
    summarise('idle-lease-writes', count, 'writes', [after.leases - writes.leases]),
    summarise('idle-rss', count, 'MiB', [rss]),
  ];
}

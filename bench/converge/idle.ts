import { setTimeout as pass } from 'node:timers/promises';
import type { Daemon } from '../../test/cluster/daemon.ts';
import { type Result, summarise } from '../measure.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Lab } from './lab.ts';
import { tell } from './progress.ts';
import { createService, forEach, names } from './services.ts';
import { usageOf } from './usage.ts';
import { writesSoFar } from './writes.ts';

/** So many milliseconds without a write but of Leases mean that nothing more is to be said. */
const QUIET = 5_000;
const NODE = 'node-00000';

/**
 * What a controller and a speaker use while nothing happens but the heartbeats of Nodes: of each the share of a core and
 * memory; of both, the writes other than of Leases, and those of Leases (the API server's own among them).
 *
 * @param soFar hears once a minute what has been seen
 */
export async function idle(
  lab: Lab,
  minutes: number,
  quick: boolean,
  soFar: (results: readonly Result[]) => void,
): Promise<readonly Result[]> {
  const count = quick ? 1_000 : 10_000;
  await forEach(names(count), (name) => createService(lab.api, name));
  tell(`${count} Services are created`);
  const heartbeats = await Heartbeats.start(lab.kubelets, names(count / 10, 'node-'));
  const speaker = await lab.speaker(NODE);
  const daemons = [lab.controller, speaker];
  for (const daemon of daemons) daemon.start();
  try {
    await lab.watch.count(count);
    tell('all have an address');
    await quiet(lab);
    tell(`nothing is written any more: watching for ${minutes} minutes`);
    return await observe(lab, daemons, minutes, count, soFar);
  } finally {
    heartbeats.stop();
    for (const daemon of daemons) await daemon.stop();
  }
}

async function observe(
  lab: Lab,
  daemons: readonly Daemon[],
  minutes: number,
  count: number,
  soFar: (results: readonly Result[]) => void,
): Promise<readonly Result[]> {
  const usages = () => Promise.all(daemons.map(({ pid }) => usageOf(pid)));
  const [before, writesBefore] = [await usages(), await writesSoFar(lab.api)];
  const begun = performance.now();
  const seen = async (): Promise<readonly Result[]> => {
    const seconds = (performance.now() - begun) / 1000;
    const [after, writesAfter] = [await usages(), await writesSoFar(lab.api)];
    return [
      ...after.flatMap(({ cpuSeconds, rss }, index) => {
        const prefix = `idle-${daemons[index]?.spec.name}`;
        const share = (cpuSeconds - (before[index]?.cpuSeconds ?? Number.NaN)) / seconds;
        return [summarise(`${prefix}-cpu`, count, '%', [share * 100]), summarise(`${prefix}-rss`, count, 'MiB', [rss])];
      }),
      summarise('idle-writes', count, 'writes', [writesAfter.others - writesBefore.others]),
      summarise('idle-lease-writes', count, 'writes', [writesAfter.leases - writesBefore.leases]),
    ];
  };
  let results: readonly Result[] = [];
  for (let left = minutes; left > 0; left--) {
    await pass(Math.min(left, 1) * 60_000);
    results = await seen();
    soFar(results);
    const figures = results.map(({ name, median, unit }) => `${name} ${median?.toFixed(1)} ${unit}`);
    tell(`${Math.max(0, left - 1)} minutes left: ${figures.join(', ')}`);
  }
  return results;
}

/**
 * Resolves when all that an address brings with it has been written: reports, conditions, counters, events. So many
 * milliseconds without a write mean that.
 */
export async function quiet({ api }: Lab, millis = QUIET): Promise<void> {
  for (let former = -1; ; await pass(millis)) {
    const { others } = await writesSoFar(api);
    if (others === former) return;
    former = others;
  }
}

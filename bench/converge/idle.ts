import { setTimeout as pass } from 'node:timers/promises';
import type { Daemon } from '../../test/cluster/daemon.ts';
import { type Result, summarise } from '../measure.ts';
import { PartFailedError } from '../parts.ts';
import { inWords } from '../report.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Lab } from './lab.ts';
import { createService, forEach, names } from './services.ts';
import { usageOf } from './usage.ts';
import { writesSoFar } from './writes.ts';

/** So many milliseconds without a write but of Leases mean that nothing more is to be said. */
const QUIET = 5_000;
const NODE = 'node-00000';

/**
 * What a controller and a speaker use while nothing happens but the heartbeats of Nodes: of each the share of a core and
 * memory; of both, the writes other than of Leases, and those of Leases (the API server's own among them).
 */
export async function idle(lab: Lab, minutes: number, quick: boolean): Promise<readonly Result[]> {
  const count = quick ? 1_000 : 10_000;
  await forEach(names(count), (name) => createService(lab.api, name));
  console.error(`${count} Services are there`);
  const heartbeats = await Heartbeats.start(lab.kubelets, names(count / 10, 'node-'));
  const speaker = await lab.speaker(NODE);
  const daemons = [lab.controller, speaker];
  for (const daemon of daemons) daemon.start();
  try {
    await lab.watch.count(count);
    console.error('all have an address');
    await quiet(lab);
    console.error('nothing is written any more');
    return await observe(lab, daemons, minutes, count);
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
): Promise<readonly Result[]> {
  const usages = () => Promise.all(daemons.map(({ pid }) => usageOf(pid)));
  const [before, writesBefore] = [await usages(), await writesSoFar(lab.api)];
  const begun = performance.now();
  const soFar = async (): Promise<readonly Result[]> => {
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
  return await watchFor(minutes, soFar);
}

/** What there is to say after so many minutes, or by the minute before that where something ends meanwhile. */
async function watchFor(minutes: number, soFar: () => Promise<readonly Result[]>): Promise<readonly Result[]> {
  let last: readonly Result[] = [];
  for (let passed = 0; passed < minutes; passed += 1) {
    await pass(Math.min(1, minutes - passed) * 60_000);
    try {
      last = await soFar();
    } catch (error) {
      throw new PartFailedError(`minute ${passed + 1}`, last, error);
    }
    console.error(`minute ${passed + 1}: ${last.map(inWords).join(', ')}`);
  }
  return last;
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

import { setTimeout as pass } from 'node:timers/promises';
import type { Daemon } from '../../test/cluster/daemon.ts';
import { usageOf } from '../converge/usage.ts';
import type { Span } from './requests.ts';

/** What daemons used in a span of time. */
export interface Observation {
  readonly span: Span;
  /** By name, processor time in percent of one core. */
  readonly cpu: ReadonlyMap<string, number>;
  /** By name, resident memory once a second, in MiB. */
  readonly rss: ReadonlyMap<string, readonly number[]>;
}

/** Looks at daemons for so many seconds. */
export async function observe(daemons: readonly Daemon[], seconds: number): Promise<Observation> {
  const rss = new Map<string, number[]>(daemons.map(({ spec }) => [spec.name, []]));
  const usages = () => Promise.all(daemons.map(({ pid }) => usageOf(pid)));
  const from = Date.now();
  const before = await usages();
  const begun = performance.now();
  for (let second = 1; second <= seconds; second++) {
    await pass(begun + second * 1_000 - performance.now());
    for (const [index, usage] of (await usages()).entries()) rss.get(daemons[index]?.spec.name ?? '')?.push(usage.rss);
  }
  const after = await usages();
  const elapsed = (performance.now() - begun) / 1_000;
  const share = (index: number) => {
    const used = (after[index]?.cpuSeconds ?? Number.NaN) - (before[index]?.cpuSeconds ?? Number.NaN);
    return (used / elapsed) * 100;
  };
  return {
    span: { from, to: Date.now() },
    cpu: new Map(daemons.map(({ spec }, index) => [spec.name, share(index)])),
    rss,
  };
}

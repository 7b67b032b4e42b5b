import { rm } from 'node:fs/promises';
import { Segment } from '../test/lab/network.ts';
import { countFalseDowns, type Thread } from './bgp/false-downs.ts';
import { bundlePrograms } from './bgp/programs.ts';
import { enterNetworkLab } from './enter-lab.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions } from './options.ts';

const INTERVALS = [50, 100];
const THREADS: readonly Thread[] = ['worker', 'main'];
/** Services that are parsed. */
const N = 10_000;

/** BFD with a BIRD while the main thread parses all it can: in the worker, as shipped, and on the main thread. */
export async function benchBfd({ quick }: BenchOptions): Promise<readonly Result[]> {
  await enterNetworkLab();
  const programs = await bundlePrograms();
  const segment = await Segment.create('bench');
  try {
    const node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24'] });
    const tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24'] });
    const results: Result[] = [];
    for (const interval of INTERVALS) {
      for (const thread of THREADS) {
        const { downs, parses } = await countFalseDowns({ node, tor, programs }, thread, interval, quick ? 6 : 60);
        results.push(summarise(`false-downs-${thread}-${interval}`, N, 'downs', [downs]));
        results.push(summarise(`parse-${thread}-${interval}`, N, 'ms', parses));
      }
    }
    return results;
  } finally {
    await segment.dispose();
    await rm(programs, { recursive: true, force: true });
  }
}

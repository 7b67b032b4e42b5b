import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../test/bundle.ts';
import { type Member, Segment } from '../test/lab/network.ts';
import { bundleWire } from '../test/lab/speaker/bundle.ts';
import { idle } from './converge/idle.ts';
import { Lab } from './converge/lab.ts';
import { enterLab, enterNetworkLab } from './enter-lab.ts';
import { type Result, summarise } from './measure.ts';
import type { BenchOptions } from './options.ts';
import type { AskedRate } from './responder/asker-process.ts';
import { addHolder, type Family, FIRST, type Hold, holdByKernel, holdBySpeaker } from './responder/holder.ts';

const COUNTS = [1, 10_000];
const FAMILIES: readonly (readonly [name: string, family: Family])[] = [
  ['arp', 'IPv4'],
  ['ndp', 'IPv6'],
];
const HOLDERS: readonly (readonly [suffix: string, hold: Hold])[] = [
  ['', holdBySpeaker],
  ['-kernel', holdByKernel],
];
/** Questions under way at once, where the rate is what is measured. */
const WINDOW = 64;
/** For how many minutes it is watched what a speaker of a cluster does that nobody asks anything. */
const IDLE_MINUTES = 2;

/**
 * Who has an address: replies a second and time to reply, of the worker of a speaker and of the kernel on the same machine; and
 * what a speaker that holds 10,000 addresses of a cluster uses while nothing happens.
 */
export async function benchResponder({ quick, interim }: BenchOptions): Promise<readonly Result[]> {
  await (quick ? enterNetworkLab() : enterLab());
  const results: Result[] = [];
  let seen: readonly Result[] = [];
  interim(() => [...results, ...seen]);
  await replies(quick, results);
  if (quick) return results;
  return [...results, ...(await idleSpeaker((idleSoFar) => (seen = idleSoFar)))];
}

/** @param results to which each is added when it has been measured */
async function replies(quick: boolean, results: Result[]): Promise<void> {
  const folder = await bundleWire();
  try {
    for (const [protocol, family] of FAMILIES) {
      for (const [suffix, hold] of HOLDERS) {
        for (const count of COUNTS) {
          if (quick && isSlow(family, hold, count)) {
            results.push(...summaries(`${protocol}-`, suffix, count, [], []));
            continue;
          }
          results.push(...(await onNewMachines(`${protocol}-`, suffix, { family, count, hold, folder, quick })));
          console.error(`${protocol}${suffix} n=${count}: done`);
        }
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  results.sort((a, b) => a.name.localeCompare(b.name) || a.n - b.n);
}

/** To give a kernel 10,000 IPv6 addresses takes a minute, and more where others change interfaces meanwhile. */
function isSlow(family: Family, hold: Hold, count: number): boolean {
  return family === 'IPv6' && hold === holdByKernel && count > 1;
}

interface Case {
  readonly family: Family;
  readonly count: number;
  readonly hold: Hold;
  readonly folder: string;
  readonly quick: boolean;
}

/** A kernel takes 50 ms to remove one IPv6 address of many: the machine that has them is thrown away instead. */
async function onNewMachines(
  prefix: string,
  suffix: string,
  { family, count, hold, folder, quick }: Case,
): Promise<readonly Result[]> {
  const segment = await Segment.create('reply');
  try {
    const holder = await addHolder(segment);
    const asker = await segment.add({ name: 'asker', addresses: ['10.64.0.2/16', '2001:db8:64::b/64'] });
    const ask = await startAsker(asker, folder);
    await hold(holder, folder, family, count);
    return await measure(prefix, suffix, ask, { first: FIRST[family], count }, quick);
  } finally {
    await segment.dispose();
  }
}

type Asker = (order: { first: string; count: number; window: number; millis: number }) => Promise<AskedRate>;

async function measure(
  prefix: string,
  suffix: string,
  ask: Asker,
  addresses: { readonly first: string; readonly count: number },
  quick: boolean,
): Promise<readonly Result[]> {
  const millis = quick ? 700 : 3_000;
  // The first second finds cold code, on both sides.
  await ask({ ...addresses, window: WINDOW, millis: quick ? 300 : 1_000 });
  const { latencies } = await ask({ ...addresses, window: 1, millis });
  const rates: number[] = [];
  for (let run = 0; run < (quick ? 2 : 5); run++) {
    const { replies, millis: took } = await ask({ ...addresses, window: WINDOW, millis });
    rates.push((replies / took) * 1000);
  }
  return summaries(prefix, suffix, addresses.count, latencies, rates);
}

function summaries(
  prefix: string,
  suffix: string,
  count: number,
  latencies: readonly number[],
  rates: readonly number[],
): readonly Result[] {
  return [
    summarise(`${prefix}latency${suffix}`, count, 'us', latencies),
    summarise(`${prefix}rate${suffix}`, count, '1/s', rates),
  ];
}

async function startAsker(member: Member, folder: string): Promise<Asker> {
  const file = await bundleInto(folder, fileURLToPath(new URL('responder/asker-process.ts', import.meta.url)));
  const child = member.spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('bench: the asker has no output');
  const lines = createInterface({ input: child.stdout });
  return async (order) => {
    const line = once(lines, 'line');
    child.stdin?.write(`${JSON.stringify(order)}\n`);
    return JSON.parse(String((await line)[0])) as AskedRate;
  };
}

async function idleSpeaker(soFar: (results: readonly Result[]) => void): Promise<readonly Result[]> {
  const lab = await Lab.start();
  const ofSpeaker = (results: readonly Result[]) => results.filter(({ name }) => name.startsWith('idle-speaker'));
  try {
    return ofSpeaker(await idle(lab, IDLE_MINUTES, false, (results) => soFar(ofSpeaker(results))));
  } finally {
    await lab.dispose();
  }
}

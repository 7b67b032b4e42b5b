import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/lab/eventually.ts';
import type { Member } from '../../test/lab/network.ts';
import { assignedPeer } from '../../test/lab/speaker/bgp-worker.ts';

/** Which thread of a speaker has the wire. */
export type Thread = 'worker' | 'main';

export interface FalseDownsPlaces {
  readonly node: Member;
  readonly tor: Member;
  /** What `bundlePrograms` made. */
  readonly programs: string;
}

export interface FalseDowns {
  /** How often the router took the session for lost, while nobody was away. */
  readonly downs: number;
  /** How long each parse of the main thread took, ms. */
  readonly parses: readonly number[];
}

const CONFIGURATION = (interval: number, log: string): string => `
log "${log}" all;
router id 192.0.2.1;
protocol device {}
protocol bfd bfd1 {
  debug { states, events };
  interface "eth0" { min rx interval ${interval} ms; min tx interval ${interval} ms; multiplier 3; };
}
protocol bgp berth {
  local as 64513; neighbor 192.0.2.11 as 64512; connect delay time 1; error wait time 1, 2; bfd on;
  ipv4 { import all; export none; };
}
`;

/** Counts the sessions that BIRD takes for lost in a time in which the main thread parses. */
export async function countFalseDowns(
  { node, tor, programs }: FalseDownsPlaces,
  thread: Thread,
  interval: number,
  seconds: number,
): Promise<FalseDowns> {
  const path = (name: string) => join(programs, `bfd-${thread}-${interval}.${name}`);
  try {
    await writeFile(path('log'), '');
    await writeFile(path('conf'), CONFIGURATION(interval, path('log')));
    tor.spawn('bird', ['-f', '-c', path('conf'), '-s', path('ctl')], { stdio: 'ignore' });
    const bfd = {
      ...{ receiveInterval: interval, transmitInterval: interval, detectMultiplier: 3 },
      ...{ passive: false, minimumTtl: 254 },
    };
    const links = JSON.parse(await node.run('ip', '-j', 'address', 'show', 'dev', 'eth0')) as { ifindex: number }[];
    const interfaces = [{ name: 'eth0', index: links[0]?.ifindex ?? 0, addresses: ['192.0.2.11/24'] }];
    const assignment = JSON.stringify({ type: 'sessions', peers: [assignedPeer({ bfd })], interfaces });
    const program = join(programs, 'bfd-process.mjs');
    const child = node.spawn(process.execPath, [program, thread, assignment], { stdio: ['pipe', 'pipe', 'inherit'] });
    const parses: number[] = [];
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => parses.push(Number(line)));
    const ask = () => tor.run('birdc', '-s', path('ctl'), 'show', 'bfd', 'sessions');
    const isUp = async () => (/ Up +\S+ +0\.\d/.test(await ask()) ? true : undefined);
    await eventually('BFD is up', isUp, { timeoutMs: 30_000 });
    const before = await downsIn(path('log'));
    child.stdin?.write('parse\n');
    await sleep(seconds * 1000);
    return { downs: (await downsIn(path('log'))) - before, parses };
  } finally {
    await node.killAll();
    await tor.killAll();
  }
}

async function downsIn(log: string): Promise<number> {
  const text = await readFile(log, 'utf8');
  return [...text.matchAll(/changed state from Up to Down/g)].length;
}

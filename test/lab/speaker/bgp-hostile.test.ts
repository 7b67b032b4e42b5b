import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AssignedPeer, SessionReport } from '../../../src/speaker/wire/bgp-messages.ts';
import type { FromWire } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { assignedPeer, BgpWorker } from './bgp-worker.ts';
import { Bird } from './bird.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

const NONE = { communities: [], largeCommunities: [] };
const MIB = 1024;
/**
 * What the speaker may need at most beside what it needs anyway, KiB, whatever a peer does: 2 to 9 MiB were seen. A million
 * routes that are kept would take more than 100.
 */
const BOUND = 48 * MIB;
const PATIENCE = { timeoutMs: 90_000 };

const BIRD = `
router id 192.0.2.1;
protocol device {}
protocol bfd { interface "eth0" { min rx interval 300 ms; min tx interval 300 ms; multiplier 10; }; }
protocol bgp berth {
  local as 64513; neighbor 192.0.2.11 as 64512; connect delay time 1; error wait time 1, 2; bfd on;
  ipv4 { import all; export none; };
}
`;
const BFD = { receiveInterval: 300, transmitInterval: 300, detectMultiplier: 10, passive: false, minimumTtl: 254 };
const TOR = assignedPeer({ bfd: BFD });
const EVIL = assignedPeer({ peer: 'evil', address: '192.0.2.66', peerAs: 64_666, passive: true });

let folder: string;
let segment: Segment;
let node: Member;
let tor: Member;
let evil: Member;
let bird: Bird;
let worker: BgpWorker;
let hostile: LineProcess;
let before: SessionReport;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('foe');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24'] });
  evil = await segment.add({ name: 'evil', addresses: ['192.0.2.66/24', '192.0.2.77/24'] });
  // So that 50,000 routes do not fit into what the kernels hold for a peer that does not read.
  await node.run('sysctl', '-qw', 'net.ipv4.tcp_wmem=4096 16384 32768');
  await evil.run('sysctl', '-qw', 'net.ipv4.tcp_rmem=4096 8192 16384');
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  bird = await Bird.start(tor, BIRD);
  worker = await BgpWorker.start(node, folder);
  hostile = new LineProcess(evil, `${folder}/hostile-peer.js`);
  await worker.assign(node, TOR);
  worker.advertise({ '198.51.100.1/32': NONE });
  await bird.shows(['show', 'route'], /198\.51\.100\.1\/32/);
});

afterEach(async () => {
  for (const member of [node, tor, evil]) await member.killAll();
  await bird?.remove();
});

/** Makes it a peer, which is to be told these routes. Gives the KiB that the speaker has in memory then. */
async function meet(evilPeer: AssignedPeer, routes: Parameters<BgpWorker['advertise']>[0] = {}): Promise<number> {
  await worker.assign(node, TOR, evilPeer);
  worker.advertise(routes, 'evil');
  const waits = async () => (worker.session('evil')?.state === 'Active' ? true : undefined);
  await eventually('the other peer is waited for', waits, PATIENCE);
  before = await worker.until('all is up', ({ state, bfd }) => state === 'Established' && bfd === 'Up', 30_000);
  // Forgets the most memory that there was, as proc(5) says of clear_refs.
  await writeFile(`/proc/${worker.process.pid}/clear_refs`, '5');
  return memory('VmRSS');
}

/** KiB that the speaker has in memory: now, or at most since that was last forgotten. */
async function memory(which: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${worker.process.pid}/status`, 'utf8');
  return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(status)?.[1]);
}

async function descriptors(): Promise<number> {
  return (await readdir(`/proc/${worker.process.pid}/fd`)).length;
}

async function says(line: string): Promise<void> {
  const said = async () => (hostile.lines.includes(line) ? true : undefined);
  await eventually(`the peer says ${line}`, said, PATIENCE).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(worker.session('evil'))}, ${worker.process.lines.slice(-4)}`);
  });
}

/** A new address is announced to the router, in whatever state the other peer is. */
async function announces(prefix: string): Promise<void> {
  worker.change({ [prefix]: NONE });
  await bird.shows(['show', 'route'], new RegExp(prefix.replaceAll('.', '\\.')), 30_000);
}

/** The session with the router and the BFD session that guards it were up in every report. */
function staysUp(): void {
  const reports = worker.process.lines
    .map((line) => JSON.parse(line) as FromWire)
    .flatMap((message) => (message.type === 'sessions' ? message.sessions : []))
    .filter(({ peer, since }) => peer === 'tor' && since > before.since);
  expect(reports).toEqual([]);
  expect(worker.session()).toMatchObject({ state: 'Established', since: before.since, bfd: 'Up' });
}

describe('other sessions, BFD, addresses and memory, while a peer', () => {
  it('tells a million routes', { timeout: 300_000 }, async () => {
    const atRest = await meet(EVIL);
    hostile.write('table 1000000');
    await eventually('it is up', async () => worker.session('evil')?.state === 'Established' || undefined, PATIENCE);
    await announces('198.51.100.2/32');
    await says('told');
    const told = async () => (worker.session('evil')?.received === 1_000_000 ? true : undefined);
    await eventually('all were counted', told, PATIENCE);
    expect((await memory('VmHWM')) - atRest).toBeLessThan(BOUND);
    await announces('198.51.100.3/32');
    staysUp();
  });

  it('never reads', { timeout: 300_000 }, async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, NONE]);
    const impatient = { ...EVIL, holdTime: 9, sendHoldTime: 10 };
    const atRest = await meet(impatient, Object.fromEntries(many));
    hostile.write('deaf');
    await says('deaf');
    for (let round = 0; round < 20; round++) {
      const some = Array.from({ length: 500 }, (_, i) => `172.16.${round}.${i & 255}/${i < 256 ? 32 : 31}`);
      worker.change(Object.fromEntries(some.map((prefix) => [prefix, NONE])), 'evil');
      worker.change(Object.fromEntries(some.map((prefix) => [prefix, null])), 'evil');
    }
    await announces('198.51.100.2/32');
    const lost = async () => (worker.session('evil')?.lastError?.code === 8 ? worker.session('evil') : undefined);
    const { lastError } = await eventually('the SendHoldTimer ends it', lost, PATIENCE);
    expect(lastError).toMatchObject({ code: 8, cause: 'SendHoldTimerExpired' });
    expect((await memory('VmHWM')) - atRest).toBeLessThan(BOUND);
    await announces('198.51.100.3/32');
    staysUp();
  });

  it.each([
    ['opens and closes at full speed', '192.0.2.66'],
    ['that nobody knows opens and closes at full speed', '192.0.2.77'],
  ])('%s', { timeout: 300_000 }, async (_, address) => {
    const atRest = await meet(EVIL);
    const open = await descriptors();
    hostile.write(`storm 5000 ${address}`);
    await announces('198.51.100.2/32');
    await says('stormed');
    await eventually('nothing is left open', async () => (await descriptors()) <= open || undefined, PATIENCE);
    expect((await memory('VmHWM')) - atRest).toBeLessThan(BOUND);
    await announces('198.51.100.3/32');
    staysUp();
  });
});

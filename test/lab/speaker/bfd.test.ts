import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AssignedSegment, FromWire, ToWire } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

const ADDRESSES = { n1: ['192.0.2.11', '2001:db8::11'], n2: ['192.0.2.12', '2001:db8::12'] } as const;

/** BIRD's side: both families, at our default rate. */
const BIRD = `
router id 192.0.2.12;
protocol device {}
protocol bfd {
  interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; };
  neighbor ${ADDRESSES.n1[0]} dev "eth0";
  neighbor ${ADDRESSES.n1[1]} dev "eth0";
}
`;

let folder: string;
let segment: Segment;
let n1: Member;
let n2: Member;
let index: number;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('bfd');
  // A node of which nothing answers any more, not even the kernel, is not watched.
  n1 = await segment.add({ name: 'n1', mac: macOf('n1'), addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  n2 = await segment.add({ name: 'n2', mac: macOf('n2'), addresses: ['192.0.2.12/24', '2001:db8::12/64'] });
  index = await indexOf(n1);
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const member of [n1, n2]) await member.killAll();
});

async function indexOf(member: Member): Promise<number> {
  const [link] = JSON.parse(await member.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  return link.ifindex;
}

function macOf(name: string): string {
  return `02:00:00:00:00:0${name.slice(1)}`;
}

const KEYS = ['192.0.2.0/24', '2001:db8::/64'];

/**
 * Has a machine be in line with the other for one address of each family, so that it watches that; `more` are IPv6
 * addresses that it alone is in line for.
 */
function assignmentOf(self: 'n1' | 'n2', link: number, more: readonly string[] = [], multiplier = 3): ToWire {
  const other = self === 'n1' ? 'n2' : 'n1';
  const planned = (address: string, candidates: readonly string[]) => {
    return { address, candidates, holdOff: 0, draining: false };
  };
  const segments = ADDRESSES[self].map((local, family): AssignedSegment => {
    const remote = ADDRESSES[other][family] ?? '';
    const shared = planned(family === 0 ? '192.0.2.50' : '2001:db8::50', ['n1', 'n2']);
    return {
      key: KEYS[family] ?? '',
      interface: { name: 'eth0', index: link, mac: macOf(self) },
      up: true,
      local,
      peers: [{ node: other, mac: macOf(other), remote, interval: 100, multiplier }],
      addresses: [shared, ...(family === 0 ? [] : more.map((address) => planned(address, [self])))],
    };
  });
  return { type: 'assign', ownMacs: [], speakerMacs: [], loopback: false, alone: false, segments };
}

/** Starts the worker on a machine and has it watch the other. */
async function watch(member: Member, self: 'n1' | 'n2', link: number, multiplier = 3): Promise<LineProcess> {
  const worker = new LineProcess(member, join(folder, 'wire-host.js'));
  await eventually('the worker runs', async () => worker.lines[0]);
  worker.write(JSON.stringify({ type: 'begin', node: self, held: [] } satisfies ToWire));
  worker.write(JSON.stringify(assignmentOf(self, link, [], multiplier)));
  return worker;
}

type Transition = Extract<FromWire, { readonly type: 'peer' }>;

function transitions(worker: LineProcess): readonly Transition[] {
  const messages = worker.lines.map((line) => JSON.parse(line) as FromWire);
  return messages.filter((message): message is Transition => message.type === 'peer');
}

/** The role of each address, as the worker has last told it. */
function rolesOf(worker: LineProcess): ReadonlyMap<string, string> {
  const messages = worker.lines.map((line) => JSON.parse(line) as FromWire);
  const told = messages.flatMap((message) => (message.type === 'report' ? message.roles : []));
  return new Map(told.map(({ address, role }) => [address, role]));
}

/** Waits until the last transition of each peer leads to this state. Gives those. */
function untilAll(worker: LineProcess, state: string, timeoutMs = 5000): Promise<readonly Transition[]> {
  const probe = async () => {
    const last = ADDRESSES.n2.map((remote) => transitions(worker).findLast(({ peer }) => peer.remote === remote));
    const there = last.filter((each) => each?.transition.to === state);
    return there.length === 2 ? there.flatMap((each) => each ?? []) : undefined;
  };
  return eventually(`both sessions are ${state}`, probe, { timeoutMs, intervalMs: 5 });
}

describe('the wire worker and another one', () => {
  it('come up by both families, and notice within the Detection Time that the other is gone', async () => {
    const first = await watch(n1, 'n1', index);
    await watch(n2, 'n2', await indexOf(n2));
    await untilAll(first, 'Up');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(transitions(first).filter(({ transition }) => transition.from === 'Up')).toEqual([]);
    const before = performance.now();
    await n2.killAll();
    const lost = await untilAll(first, 'Down');
    expect(performance.now() - before).toBeLessThan(3_000);
    for (const { transition } of lost) expect(transition.diagnostic).toBe('Control Detection Time Expired');
  });

  // Other processes of the machine cost a session of 300 ms its life too: how fast it can be is a matter for the bench.
  it('stay up while one of them begins to answer for 1,000 addresses', async () => {
    const first = await watch(n1, 'n1', index, 10);
    await watch(n2, 'n2', await indexOf(n2), 10);
    await untilAll(first, 'Up');
    const addresses = Array.from({ length: 1_000 }, (_, number) => `2001:db8::1:${number.toString(16)}`);
    first.write(JSON.stringify(assignmentOf('n1', index, addresses, 10)));
    const answersForAll = async () => {
      const roles = rolesOf(first);
      return addresses.every((address) => roles.get(address) === 'Owner') || undefined;
    };
    await eventually('it answers for all', answersForAll, { timeoutMs: 30_000, intervalMs: 500 });
    expect(transitions(first).filter(({ transition }) => transition.from === 'Up')).toEqual([]);
  });

  it('tell each other that they leave on purpose', async () => {
    const first = await watch(n1, 'n1', index);
    const second = await watch(n2, 'n2', await indexOf(n2));
    await untilAll(first, 'Up');
    second.write(JSON.stringify({ type: 'stop', reason: 'Leave' }));
    const left = await untilAll(first, 'Down');
    for (const { transition } of left) {
      expect(transition).toMatchObject({ diagnostic: 'Neighbor Signaled Session Down', remoteState: 'AdminDown' });
    }
  });
});

describe('the wire worker and BIRD', () => {
  let run: string;
  let worker: LineProcess;

  beforeEach(async () => {
    run = await mkdtemp(join(tmpdir(), 'bird-'));
    await writeFile(join(run, 'bird.conf'), BIRD);
    n2.spawn('bird', ['-f', '-c', join(run, 'bird.conf'), '-s', join(run, 'bird.ctl'), '-P', join(run, 'bird.pid')]);
    worker = await watch(n1, 'n1', index);
    await untilAll(worker, 'Up', 10_000);
  });

  afterEach(() => rm(run, { recursive: true }));

  const birdc = (...command: readonly string[]) => n2.run('birdc', '-s', join(run, 'bird.ctl'), ...command);

  it('agree on states and timers, and stay Up', async () => {
    const sessions = await eventually('BIRD has both sessions Up', async () => {
      const shown = await birdc('show', 'bfd', 'sessions');
      return (shown.match(/eth0 +Up /g) ?? []).length === 2 ? shown : undefined;
    });
    // Address, interface, state, since, interval and detection time in seconds.
    for (const address of ADDRESSES.n1) expect(sessions).toMatch(new RegExp(`${address} +eth0 +Up .* 0.100 +0.300`));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(transitions(worker).filter(({ transition }) => transition.from === 'Up')).toEqual([]);
  });

  it('notices when BIRD is killed', async () => {
    const before = performance.now();
    await n2.killAll();
    const lost = await untilAll(worker, 'Down');
    expect(performance.now() - before).toBeLessThan(3_000);
    for (const { transition } of lost) expect(transition.diagnostic).toBe('Control Detection Time Expired');
  });

  it('come up again after BIRD has restarted, and BIRD hears that the worker leaves', async () => {
    await birdc('disable', 'bfd1');
    await untilAll(worker, 'Down');
    await birdc('enable', 'bfd1');
    await untilAll(worker, 'Up', 10_000);
    worker.write(JSON.stringify({ type: 'stop', reason: 'Leave' }));
    // Sooner than its own Detection Time would tell it.
    const heard = async () => ((await birdc('show', 'bfd', 'sessions')).match(/eth0 +Down /g) ?? []).length === 2;
    await eventually('BIRD has both sessions Down', async () => ((await heard()) ? true : undefined), {
      timeoutMs: 250,
    });
  });
});

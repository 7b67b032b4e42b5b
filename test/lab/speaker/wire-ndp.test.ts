import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../../src/speaker/ownership/protocol.ts';
import type { FromWire, ToWire } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

const MACS = { n1: '02:00:00:00:00:11', n2: '02:00:00:00:00:12' };
const ADDRESS = '2001:db8::50';

/** A node of the segment with the real worker. */
interface Host {
  readonly member: Member;
  readonly mac: string;
  readonly index: number;
  readonly local: string;
  process: LineProcess;
}

let folder: string;
let segment: Segment;
let client: Member;
let n1: Host;
let n2: Host;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('ndp');
  client = await segment.add({ name: 'client', addresses: ['2001:db8::1/64'] });
  n1 = await addHost('n1', '2001:db8::11/64');
  n2 = await addHost('n2', '2001:db8::12/64');
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await client.run('ip', '-6', 'neigh', 'flush', 'dev', 'eth0');
  for (const host of [n1, n2]) {
    host.process = new LineProcess(host.member, join(folder, 'wire-host.js'));
    await eventually('the worker runs', async () => messages(host)[0]);
  }
});

afterEach(async () => {
  for (const { member } of [n1, n2]) await member.killAll();
});

async function addHost(name: 'n1' | 'n2', address: string): Promise<Host> {
  const mac = MACS[name];
  const member = await segment.add({ name, addresses: [address], mac });
  const [link] = JSON.parse(await member.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  const local = address.replace('/64', '');
  return { member, mac, index: link.ifindex, local, process: undefined as unknown as LineProcess };
}

function tell(host: Host, message: ToWire): void {
  host.process.write(JSON.stringify(message));
}

function messages(host: Host): readonly FromWire[] {
  return host.process.lines.map((line) => JSON.parse(line) as FromWire);
}

/** Has the address answered, at once unless it is to be placed. */
async function assign(host: Host, more: { firstPlacement?: boolean; loopback?: boolean } = {}): Promise<void> {
  const { firstPlacement = false, loopback = true } = more;
  const { mac, index, member, local } = host;
  const key = '2001:db8::/64';
  const held = firstPlacement ? [] : [{ segment: key, addresses: [{ address: ADDRESS, moves: [] }] }];
  tell(host, { type: 'begin', node: member.name, held });
  const addresses = [{ address: ADDRESS, candidates: [member.name], holdOff: 0, draining: false }];
  const segments = [{ key, interface: { name: 'eth0', index, mac }, up: true, local, peers: [], addresses }];
  tell(host, { type: 'assign', ownMacs: [mac], speakerMacs: [], loopback, alone: true, segments });
}

/** Waits until the worker says that it has this role. */
function untilRole(host: Host, wanted: Role): Promise<true> {
  return eventually(`${ADDRESS} is ${wanted}`, async () => {
    const roles = messages(host).flatMap((message) => (message.type === 'report' ? message.roles : []));
    return roles.at(-1)?.role === wanted ? true : undefined;
  });
}

/** How a connection attempt ends: ECONNREFUSED where the kernel that has the address is reached. */
function connect(from: Member, address: string): Promise<string> {
  const program = `
    const socket = require('node:net').connect(9, '${address}').on('error', ({ code }) => end(code));
    const end = (outcome) => { console.log(outcome); process.exit(); };
    setTimeout(end, 2000, 'nothing');`;
  return from.run(process.execPath, '-e', program);
}
const connectToAddress = () => connect(client, ADDRESS);
const neighbour = () => client.run('ip', '-6', 'neigh', 'show', ADDRESS);

describe('the wire worker and IPv6 on a real segment', () => {
  it('is found by a client, belongs to the group of its address, and is not in the way of its kernel', async () => {
    await assign(n1);
    await untilRole(n1, 'Owner');
    expect(await connectToAddress()).toBe('ECONNREFUSED\n');
    expect(await neighbour()).toContain(`lladdr ${n1.mac}`);
    expect(await neighbour()).not.toContain('router');
    expect(await n1.member.run('ip', '-6', 'maddress', 'show', 'dev', 'eth0')).toContain('ff02::1:ff00:50');
    const lo = await n1.member.run('ip', '-6', '-o', 'address', 'show', 'dev', 'lo');
    expect(lo).toMatch(/2001:db8::50\/128 .*deprecated/);
    expect(lo).not.toContain('tentative');
    expect(await connectToAddress()).toBe('ECONNREFUSED\n');
  });

  it('answers a client that checks whether it is still there', async () => {
    await assign(n1);
    await untilRole(n1, 'Owner');
    await connectToAddress();
    const seen = (count: number) =>
      eventually(`${count} answers`, async () =>
        messages(n1).find((message) => message.type === 'report' && message.counters.ndp.repliesSent >= count),
      );
    await seen(1);
    const dump = client.run('tcpdump', '-c', '1', '-lni', 'eth0', 'icmp6 and ip6[40] == 135 and ip6 dst 2001:db8::50');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.run('ip', '-6', 'neigh', 'change', ADDRESS, 'lladdr', n1.mac, 'dev', 'eth0', 'nud', 'probe');
    expect(await dump).toContain('who has 2001:db8::50');
    await eventually('it is reachable', async () => ((await neighbour()).includes('REACHABLE') ? true : undefined));
    await seen(2);
  });

  it('answers though the address is on no interface of the host', async () => {
    await assign(n1, { loopback: false });
    await untilRole(n1, 'Owner');
    await connectToAddress();
    expect(await neighbour()).toContain(`lladdr ${n1.mac}`);
    await client.run('ip', '-6', 'neigh', 'change', ADDRESS, 'lladdr', n1.mac, 'dev', 'eth0', 'nud', 'probe');
    await eventually('it is reachable', async () => ((await neighbour()).includes('REACHABLE') ? true : undefined));
  });

  it('convinces a client that it has taken an address over, without a question', async () => {
    await assign(n1);
    await untilRole(n1, 'Owner');
    await connectToAddress();
    expect(await neighbour()).toContain(`lladdr ${n1.mac}`);
    await n1.member.killAll();
    await assign(n2);
    await eventually('the entry has changed', async () => ((await neighbour()).includes(n2.mac) ? true : undefined), {
      timeoutMs: 1000,
    });
    expect(await connectToAddress()).toBe('ECONNREFUSED\n');
  });

  it('keeps a stranger from taking an address that is answered', async () => {
    await assign(n1);
    await untilRole(n1, 'Owner');
    await client.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=1');
    await client.run('ip', 'address', 'add', `${ADDRESS}/64`, 'dev', 'eth0', 'preferred_lft', '0');
    try {
      await eventually('the kernel gives it up', async () =>
        (await client.run('ip', '-6', 'address', 'show', 'dev', 'eth0')).includes('dadfailed') ? true : undefined,
      );
      expect(await connect(n1.member, '2001:db8::1')).toBe('ECONNREFUSED\n');
    } finally {
      await client.run('ip', 'address', 'del', `${ADDRESS}/64`, 'dev', 'eth0');
    }
  });

  it('leaves an address alone that a kernel on the segment already has', async () => {
    await client.run('ip', 'address', 'add', `${ADDRESS}/64`, 'dev', 'eth0', 'nodad', 'preferred_lft', '0');
    try {
      await assign(n1, { firstPlacement: true });
      await untilRole(n1, 'Conflict');
      const report = messages(n1).findLast((message) => message.type === 'report');
      expect(report).toMatchObject({ counters: { ndp: { repliesSent: 0, announcementsSent: 0 } } });
    } finally {
      await client.run('ip', 'address', 'del', `${ADDRESS}/64`, 'dev', 'eth0');
    }
  });

  it('takes the address and the group away when it is told to stop', async () => {
    await assign(n1);
    await untilRole(n1, 'Owner');
    tell(n1, { type: 'stop', reason: 'Leave' });
    await eventually('the worker has ended', async () => (n1.process.exited ? true : undefined));
    expect(await n1.member.run('ip', '-6', '-o', 'address', 'show', 'dev', 'lo')).not.toContain(ADDRESS);
    expect(await n1.member.run('ip', '-6', 'maddress', 'show', 'dev', 'eth0')).not.toContain('ff02::1:ff00:50');
  });
});

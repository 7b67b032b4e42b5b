import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../../src/speaker/ownership/protocol.ts';
import { LOOPBACK_VALIDITY } from '../../../src/speaker/wire/loopback-addresses.ts';
import type { FromWire, ToWire } from '../../../src/speaker/wire/messages.ts';
import { arpHeader, ETHERTYPE_ARP, frame, ipv4, mac, octets } from '../../speaker/arp/frame-bytes.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

const NODE = '02:00:00:00:00:11';
const CLIENT = '02:00:00:00:00:01';
const ADDRESS = '192.0.2.50';

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const question = frame({ source: CLIENT, senderAddress: '192.0.2.1', targetAddress: ADDRESS });
const gratuitous = hexOf(frame({ source: NODE, senderAddress: ADDRESS, targetAddress: ADDRESS }));
const probe = hexOf(frame({ source: NODE, senderAddress: '0.0.0.0', targetAddress: ADDRESS }));
const reply = hexOf(
  octets(mac(CLIENT), mac(NODE), ETHERTYPE_ARP, arpHeader(2), mac(NODE), ipv4(ADDRESS), mac(CLIENT), ipv4('192.0.2.1')),
);

let folder: string;
let segment: Segment;
let node: Member;
let client: Member;
let station: LineProcess;
let host: LineProcess;
let index: number;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('wire');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24'], mac: NODE });
  client = await segment.add({ name: 'client', addresses: ['192.0.2.1/24'], mac: CLIENT });
  const [link] = JSON.parse(await node.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  index = link.ifindex;
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await node.killAll();
  await client.killAll();
  await node.try('ip', 'address', 'flush', 'dev', 'lo');
  await client.run('ip', 'neigh', 'flush', 'dev', 'eth0');
  host = new LineProcess(node, join(folder, 'wire-host.js'));
  station = new LineProcess(client, join(folder, 'arp-station.js'));
  await eventually('both programs run', async () => (messages()[0] && station.lines[0] ? true : undefined));
});

function tell(message: ToWire): void {
  host.write(JSON.stringify(message));
}

/** Has the address answered, at once unless it is to be placed. */
function assign(more: { firstPlacement?: boolean; loopback?: boolean } = {}): void {
  const { firstPlacement = false, loopback = false } = more;
  const key = '192.0.2.0/24';
  const held = firstPlacement ? [] : [{ segment: key, addresses: [{ address: ADDRESS, moves: [] }] }];
  tell({ type: 'begin', node: 'node', held });
  const link = { name: 'eth0', index, mac: NODE };
  const addresses = [{ address: ADDRESS, candidates: ['node'], holdOff: 0, draining: false }];
  const segments = [{ key, interface: link, up: true, local: '192.0.2.11', peers: [], addresses }];
  tell({ type: 'assign', ownMacs: [NODE], speakerMacs: [], loopback, alone: true, segments });
}

function messages(): readonly FromWire[] {
  return host.lines.map((line) => JSON.parse(line) as FromWire);
}

/** Waits until the worker says that it has this role. */
function untilRole(wanted: Role): Promise<true> {
  return eventually(`${ADDRESS} is ${wanted}`, async () => {
    const roles = messages().flatMap((message) => (message.type === 'report' ? message.roles : []));
    return roles.at(-1)?.role === wanted ? true : undefined;
  });
}

/** Frames that the client has heard from the node's own MAC, without padding. */
function heard(wanted: string): readonly string[] {
  return station.lines.filter((line) => line.startsWith(wanted.slice(0, 84)));
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the wire worker on a real segment', () => {
  it('announces a taken-over address, and gives each question exactly one reply', async () => {
    assign();
    await untilRole('Owner');
    await eventually('five gratuitous requests', async () => (heard(gratuitous).length === 5 ? true : undefined));
    for (let asked = 1; asked <= 10; asked++) {
      station.write(hexOf(question));
      await eventually('a reply', async () => (heard(reply).length >= asked ? true : undefined));
    }
    await pause(200);
    expect(heard(reply)).toHaveLength(10);
    expect(heard(probe)).toHaveLength(0);
    const counted = await eventually('a report', async () =>
      messages().find((message) => message.type === 'report' && message.counters.arp.repliesSent === 10),
    );
    expect(counted).toMatchObject({ counters: { arp: { announcementsSent: 5, requestsReceived: 10 } } });
  });

  it('probes twice before a first placement', async () => {
    assign({ firstPlacement: true });
    await untilRole('Owner');
    await eventually('a gratuitous request', async () => (heard(gratuitous).length > 0 ? true : undefined));
    expect(heard(probe)).toHaveLength(2);
    const order = station.lines.map((line) => line.slice(0, 84));
    expect(order.lastIndexOf(probe.slice(0, 84))).toBeLessThan(order.indexOf(gratuitous.slice(0, 84)));
  });

  it('leaves an address alone that a kernel on the segment already has', async () => {
    await client.run('ip', 'address', 'add', `${ADDRESS}/32`, 'dev', 'eth0');
    try {
      assign({ firstPlacement: true });
      await untilRole('Conflict');
      const claims = messages().flatMap((message) => (message.type === 'report' ? message.claims : []));
      expect(claims).toContainEqual(expect.objectContaining({ address: ADDRESS, mac: CLIENT }));
      await pause(300);
      expect(heard(gratuitous)).toHaveLength(0);
    } finally {
      await client.run('ip', 'address', 'del', `${ADDRESS}/32`, 'dev', 'eth0');
    }
  });

  it('does not answer for a VLAN that has no interface here', async () => {
    assign();
    await untilRole('Owner');
    const tagged = octets(question.subarray(0, 12), new Uint8Array([0x81, 0x00, 0x00, 0x64]), question.subarray(12));
    station.write(hexOf(tagged));
    station.write(hexOf(question));
    await eventually('a reply', async () => (heard(reply).length > 0 ? true : undefined));
    await pause(200);
    expect(heard(reply)).toHaveLength(1);
  });
});

describe('the wire worker with addresses on lo', () => {
  beforeEach(async () => {
    await node.run('sysctl', '-qw', 'net.ipv4.conf.all.arp_ignore=1', 'net.ipv4.conf.all.arp_announce=2');
  });

  it('makes the kernel accept the address, and is alone in answering for it', async () => {
    assign({ loopback: true });
    await untilRole('Owner');
    expect(await node.run('ip', '-o', 'address', 'show', 'dev', 'lo')).toContain(`${ADDRESS}/32`);
    station.write(hexOf(question));
    await eventually('a reply', async () => (heard(reply).length > 0 ? true : undefined));
    await pause(200);
    expect(heard(reply)).toHaveLength(1);
    // Refused, by the kernel that has the address: without it there would be no answer at all.
    const connect = `require('net').connect(9, '${ADDRESS}').on('error', (error) => console.log(error.code))`;
    expect(await client.run(process.execPath, '-e', connect)).toBe('ECONNREFUSED\n');
  });

  it('renews the address for as long as it lives, and leaves it to the kernel when it is killed', async () => {
    assign({ loopback: true });
    await untilRole('Owner');
    const secondsLeft = async () => {
      const shown = await node.run('ip', '-o', 'address', 'show', 'dev', 'lo', 'to', ADDRESS);
      return Number(/valid_lft (\d+)sec/.exec(shown)?.[1]);
    };
    const living = setInterval(() => tell({ type: 'alive' }), 1000);
    await pause(3500);
    clearInterval(living);
    expect(await secondsLeft()).toBeGreaterThanOrEqual(LOOPBACK_VALIDITY - 2);
    host.kill('SIGKILL');
    await pause(2500);
    expect(await secondsLeft()).toBeLessThanOrEqual(LOOPBACK_VALIDITY - 2);
    station.write(hexOf(question));
    await pause(300);
    expect(heard(reply)).toHaveLength(0);
  });

  it('takes the address away and ends when it is told to stop', async () => {
    assign({ loopback: true });
    await untilRole('Owner');
    tell({ type: 'stop', reason: 'Leave' });
    await eventually('the worker has ended', async () => (host.exited ? true : undefined));
    expect(messages().at(-1)).toEqual({ type: 'stopped', isCaredFor: false });
    expect(await node.run('ip', '-o', 'address', 'show', 'dev', 'lo')).not.toContain(ADDRESS);
    station.write(hexOf(question));
    await pause(300);
    expect(heard(reply)).toHaveLength(0);
  });

  it('opens its socket anew after the link was down', async () => {
    assign();
    await untilRole('Owner');
    await eventually('the burst is over', async () => (heard(gratuitous).length === 5 ? true : undefined));
    await node.run('ip', 'link', 'set', 'eth0', 'down');
    await pause(200);
    await node.run('ip', 'link', 'set', 'eth0', 'up');
    await eventually('it announces again', async () => (heard(gratuitous).length > 5 ? true : undefined));
    station.write(hexOf(question));
    await eventually('a reply', async () => (heard(reply).length > 0 ? true : undefined));
  });
});

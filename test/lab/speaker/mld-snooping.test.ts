import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KERNEL_GROUPS } from '../../../src/speaker/wire/groups.ts';
import type { FromWire, ToWire } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import { ip, type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

const execute = promisify(execFile);

/** More groups than the kernel is to join, and fewer than a Linux bridge remembers (mcast_hash_max, 4,096). */
const COUNT = KERNEL_GROUPS + 300;
const MAC = '02:00:00:00:00:11';
const KEY = '2001:db8::/64';
const PATIENCE = { timeoutMs: 30_000, intervalMs: 100 };
const ADDRESSES = Array.from({ length: COUNT }, (_, index) => `2001:db8::1:${(index + 1).toString(16)}`);

let folder: string;
let segment: Segment;
let node: Member;
let client: Member;
let host: LineProcess;

beforeAll(async () => {
  folder = await bundleWire();
});

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  segment = await Segment.create('snoop');
  node = await segment.add({ name: 'n1', addresses: ['2001:db8::11/64'], mac: MAC });
  client = await segment.add({ name: 'client', addresses: ['2001:db8::1/64'] });
  host = new LineProcess(node, join(folder, 'wire-host.js'));
  await eventually('the worker runs', async () => told()[0]);
});

afterEach(async () => {
  await segment.dispose();
});

/**
 * Makes a switch of the bridge that forwards a group to its listeners alone, asks for them once a second, and forgets those
 * that it has not heard of for 2.6 s. Times in hundredths of a second.
 */
async function snoop(version: '1' | '2'): Promise<void> {
  const times = [
    'mcast_query_interval',
    '100',
    'mcast_startup_query_interval',
    '100',
    'mcast_membership_interval',
    '260',
  ];
  const options = ['mcast_mld_version', version, 'mcast_query_response_interval', '50', ...times];
  await ip('link', 'set', segment.name, 'type', 'bridge', ...options);
  // It is a querier when it has heard of no other for a while, and until then it forwards all to all.
  await ip('link', 'set', segment.name, 'type', 'bridge', 'mcast_querier', '1');
}

function told(): readonly FromWire[] {
  return host.lines.map((line) => JSON.parse(line) as FromWire);
}

function tell(message: ToWire): void {
  host.write(JSON.stringify(message));
}

/** Has the node answer for these addresses alone. */
async function hold(addresses: readonly string[]): Promise<void> {
  const [link] = JSON.parse(await node.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  const planned = addresses.map((address) => ({ address, candidates: ['n1'], holdOff: 0, draining: false }));
  const onLink = { name: 'eth0', index: link.ifindex, mac: MAC };
  const one = { key: KEY, interface: onLink, up: true, local: '2001:db8::11', peers: [], addresses: planned };
  tell({ type: 'assign', ownMacs: [MAC], speakerMacs: [], loopback: false, alone: true, segments: [one] });
}

/** The groups of our addresses that the switch forwards to the node. */
async function forwarded(): Promise<number> {
  const { stdout } = await execute('bridge', ['mdb', 'show', 'dev', segment.name], { maxBuffer: 2 ** 24 });
  return new Set(stdout.match(/ff02::1:ff01:[0-9a-f]+/g) ?? []).size;
}

async function untilForwarded(wanted: number): Promise<void> {
  const seen = async () => ((await forwarded()) === wanted ? true : undefined);
  await eventually(`the switch forwards ${wanted} groups`, seen, PATIENCE);
}

/** The MAC address that a client finds for the address, as a neighbour that asks in its group. */
async function resolve(address: string): Promise<string> {
  const program = `
    const socket = require('node:dgram').createSocket('udp6');
    socket.send('?', 9, '${address}', () => setTimeout(() => process.exit(), 500));`;
  await client.run(process.execPath, '-e', program);
  const text = await client.run('ip', '-6', 'neigh', 'show', address, 'dev', 'eth0');
  return /lladdr ([0-9a-f:]+)/.exec(text)?.[1] ?? '';
}

/** Solicitations that arrived at the node, once all that did are counted. */
async function asked(): Promise<number> {
  await new Promise((done) => setTimeout(done, 1500));
  return told().reduce((seen, each) => (each.type === 'report' ? each.counters.ndp.requestsReceived : seen), 0);
}

describe('a switch with MLD snooping', () => {
  it.each(['2', '1'] as const)('forwards what all addresses are asked in, version %s', async (version) => {
    await snoop(version);
    tell({ type: 'begin', node: 'n1', held: [{ segment: KEY, addresses: held(ADDRESSES) }] });
    await hold(ADDRESSES);
    await untilForwarded(COUNT);
    // Longer than the switch remembers, so that what it knows then it was told in answer to its queries.
    await new Promise((done) => setTimeout(done, 4000));
    expect(await forwarded()).toBe(COUNT);
    expect(await resolve(ADDRESSES.at(-1) ?? '')).toBe(MAC);
    expect(await resolve(ADDRESSES[0] ?? '')).toBe(MAC);
    const own = await node.run('ip', '-6', 'maddress', 'show', 'dev', 'eth0');
    expect(own.match(/ff02::1:ff01:[0-9a-f]+/g)).toHaveLength(KERNEL_GROUPS);
    await hold(ADDRESSES.slice(0, 2));
    await untilForwarded(2);
    const before = await asked();
    expect(await resolve(ADDRESSES[COUNT - 2] ?? '')).toBe('');
    expect(await asked()).toBe(before);
    expect(before).toBeGreaterThan(0);
  });
});

function held(addresses: readonly string[]) {
  return addresses.map((address) => ({ address, moves: [] }));
}

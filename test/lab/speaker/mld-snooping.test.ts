import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KERNEL_GROUPS } from '../../../src/speaker/wire/groups.ts';
import type { FromWire, ToWire } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import { ip, type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

/** More groups than the kernel is to join, and fewer than a Linux bridge remembers (mcast_hash_max, 4,096). */
const COUNT = KERNEL_GROUPS + 300;
const MAC = '02:00:00:00:00:11';
const KEY = '2001:db8::/64';
const PATIENCE = { timeoutMs: 30_000, intervalMs: 100 };
const addressOf = (index: number) => `2001:db8::1:${(index + 1).toString(16)}`;

let folder: string;
let segment: Segment;
let node: Member;
let client: Member;
let host: LineProcess;
let addresses: readonly string[];

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
  addresses = Array.from({ length: COUNT }, (_, index) => addressOf(index));
  host = new LineProcess(node, join(folder, 'wire-host.js'));
  await eventually('the worker runs', async () => told()[0]);
});

afterEach(async () => {
  await segment.dispose();
});

/** A switch that forwards groups to where they are listened to, and that asks for them once a second. */
async function snoop(version: '1' | '2'): Promise<void> {
  const options = ['mcast_querier', '1', 'mcast_query_interval', '100', 'mcast_startup_query_interval', '100'];
  const delays = ['mcast_query_response_interval', '50', 'mcast_membership_interval', '260'];
  await ip('link', 'set', segment.name, 'type', 'bridge', 'mcast_mld_version', version, ...options, ...delays);
  // Without a querier a bridge forwards all to all.
  await ip('link', 'set', segment.name, 'type', 'bridge', 'mcast_snooping', '0');
  await ip('link', 'set', segment.name, 'type', 'bridge', 'mcast_snooping', '1');
}

function told(): readonly FromWire[] {
  return host.lines.map((line) => JSON.parse(line) as FromWire);
}

async function hold(held: readonly string[]): Promise<void> {
  const [link] = JSON.parse(await node.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  const planned = held.map((address) => ({ address, candidates: ['n1'], holdOff: 0, draining: false }));
  const onLink = { name: 'eth0', index: link.ifindex, mac: MAC };
  const one = { key: KEY, interface: onLink, up: true, local: '2001:db8::11', peers: [], addresses: planned };
  tell({ type: 'assign', ownMacs: [MAC], speakerMacs: [], loopback: false, alone: true, segments: [one] });
}

function tell(message: ToWire): void {
  host.write(JSON.stringify(message));
}

/** The groups of addresses that the switch forwards to the node. */
async function forwarded(): Promise<number> {
  const { stdout } = await node.try('true').then(async () => ({ stdout: await bridge() }));
  return new Set(stdout.match(/ff02::1:ff01:[0-9a-f]+/g) ?? []).size;
}

async function bridge(): Promise<string> {
  return await runHere('bridge', 'mdb', 'show', 'dev', segment.name);
}

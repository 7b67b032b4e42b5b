import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { ip, type Member, Segment } from '../network.ts';
import { ADDRESS, OBJECTS } from './one-service.ts';

const FIRST = '02:00:00:00:00:11';
const OTHER = '02:00:00:00:00:21';
const PATIENCE = { timeoutMs: 15_000 };

let berth: string;
let segment: Segment;
let folder: string;
let node: Member;
let client: Member;

beforeAll(async () => {
  berth = await buildBerth();
});

beforeEach(async () => {
  segment = await Segment.create('links');
  folder = await mkdtemp(join(tmpdir(), 'interfaces-'));
  await writeFile(join(folder, 'objects.yaml'), OBJECTS);
  node = await segment.add({ name: 'n1', mac: FIRST, addresses: ['192.0.2.11/24'] });
  client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24'] });
  node.spawn('node', [berth, 'standalone', folder, '--node', 'n1'], { stdio: 'ignore' });
  await untilAt(FIRST, 'eth0');
});

afterEach(async () => {
  await segment.dispose();
  await rm(folder, { recursive: true });
  await rm('/run/berth', { recursive: true, force: true });
});

/** The MAC addresses that a broadcast question of the client is answered with. */
async function answers(): Promise<readonly string[]> {
  const { stdout } = await client.try('arping', '-b', '-c', '1', '-w', '1', '-I', 'eth0', ADDRESS);
  return [...stdout.matchAll(/\[([0-9A-Fa-f:]{17})\]/g)].map(([, mac = '']) => mac.toLowerCase());
}

/** Waits until one machine answers, by one frame, and the status says by which interface. */
async function untilAt(mac: string, link: string): Promise<void> {
  await eventually(`${mac} answers`, async () => (await answers()).join() === mac || undefined, PATIENCE);
  await eventually(
    `it is told to be on ${link}`,
    async () => (await reported()) === `Owner ${link}` || undefined,
    PATIENCE,
  );
}

async function reported(): Promise<string> {
  const { status, stdout } = await client.try('node', berth, 'get', 'addresses', '--dir', folder, '-o', 'json');
  const rows: readonly { readonly role: string | null; readonly interface: string | null }[] =
    status === 0 ? JSON.parse(stdout).items : [];
  return rows.flatMap(({ role, interface: link }) => (role === null ? [] : [`${role} ${link}`])).join();
}

const inNode = (...args: readonly string[]) => node.run('ip', ...args);

/** The client knows the address, and learns of a change by an announcement alone. */
async function untilKnown(mac: string): Promise<void> {
  const known = async () => /lladdr (\S+)/.exec(await client.run('ip', 'neigh', 'show', ADDRESS))?.[1];
  await eventually(`the client knows it at ${mac}`, async () => (await known()) === mac || undefined, PATIENCE);
}

describe('an address that is answered for', () => {
  it('follows the MAC address of its interface, which all are told of', async () => {
    await client.run('bash', '-c', `echo > /dev/udp/${ADDRESS}/9`);
    await untilKnown(FIRST);
    await inNode('link', 'set', 'eth0', 'address', OTHER);
    await untilKnown(OTHER);
    await untilAt(OTHER, 'eth0');
  });

  it('follows its subnet to a bridge that its interface becomes a port of', async () => {
    await inNode('link', 'add', 'br0', 'address', OTHER, 'type', 'bridge', 'forward_delay', '0');
    await inNode('link', 'set', 'br0', 'up');
    await inNode('link', 'set', 'eth0', 'master', 'br0');
    await inNode('address', 'del', '192.0.2.11/24', 'dev', 'eth0');
    await inNode('address', 'add', '192.0.2.11/24', 'dev', 'br0');
    await untilAt(OTHER, 'br0');
    await inNode('link', 'set', 'eth0', 'nomaster');
    await inNode('link', 'delete', 'br0');
    expect(await eventually('nobody answers', async () => (await answers()).length === 0 || undefined, PATIENCE)).toBe(
      true,
    );
    await inNode('address', 'add', '192.0.2.11/24', 'dev', 'eth0');
    await untilAt(FIRST, 'eth0');
  });

  it('is answered for again when its interface is gone and another of its name comes', async () => {
    await ip('link', 'delete', node.port);
    await eventually('the status lists it no more', async () => (await reported()) === '' || undefined, PATIENCE);
    const peer = ['peer', 'name', 'eth0', 'address', OTHER, 'netns', 'n1'];
    await ip('link', 'add', node.port, 'type', 'veth', ...peer);
    await ip('link', 'set', node.port, 'master', segment.name, 'up');
    await inNode('link', 'set', 'eth0', 'up');
    await inNode('address', 'add', '192.0.2.11/24', 'dev', 'eth0');
    await untilAt(OTHER, 'eth0');
  });

  it('is answered for by one of two interfaces in its subnet, and by the other when that one is dead', async () => {
    await ip('link', 'add', 'second', 'type', 'veth', 'peer', 'name', 'eth1', 'address', OTHER, 'netns', 'n1');
    await ip('link', 'set', 'second', 'master', segment.name, 'up');
    await inNode('link', 'set', 'eth1', 'up');
    await inNode('address', 'add', '192.0.2.21/24', 'dev', 'eth1');
    await untilAt(FIRST, 'eth0');
    await node.setCable(false);
    await untilAt(OTHER, 'eth1');
    await node.setCable(true);
    await untilAt(FIRST, 'eth0');
    await ip('link', 'delete', 'second');
  });
});

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../../src/speaker/ownership/protocol.ts';
import type { FromWire, ToWire } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import { ip, type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { LineProcess } from './line-process.ts';

const NODES = {
  n1: { mac: '02:00:00:00:00:11', IPv4: '192.0.2.11', IPv6: '2001:db8::11' },
  n2: { mac: '02:00:00:00:00:12', IPv4: '192.0.2.12', IPv6: '2001:db8::12' },
} as const;
type Name = keyof typeof NODES;
const ADDRESSES = { IPv4: '192.0.2.50', IPv6: '2001:db8::50' } as const;
const SUBNETS = { IPv4: '192.0.2.0/24', IPv6: '2001:db8::/64' } as const;
const FAMILIES = ['IPv4', 'IPv6'] as const;
type Family = (typeof FAMILIES)[number];

let folder: string;
let segment: Segment;
const nodes = new Map<Name, Member>();
let client: Member;
let stubborn: Member;
let router: Member;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('know');
  for (const name of ['n1', 'n2'] as const) {
    const { mac, IPv4, IPv6 } = NODES[name];
    nodes.set(name, await segment.add({ name, mac, addresses: [`${IPv4}/24`, `${IPv6}/64`] }));
  }
  const add = (name: string, last: number) =>
    segment.add({ name, addresses: [`192.0.2.${last}/24`, `2001:db8::${last}/64`] });
  client = await add('client', 100);
  // What it has learnt stands for half a minute, whatever others say: in hundredths of a second.
  stubborn = await add('stubborn', 101);
  await stubborn.run('sysctl', '-qw', 'net.ipv4.conf.eth0.arp_accept=0', 'net.ipv4.neigh.eth0.locktime=3000');
  router = await add('router', 254);
  await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  for (const member of [client, stubborn, router]) await member.run('ip', 'neigh', 'flush', 'dev', 'eth0');
});

afterEach(async () => {
  for (const member of nodes.values()) await member.killAll();
});

/** Has a node answer for the address, as one that takes it over: it announces it. */
async function own(name: Name, family: Family): Promise<void> {
  const member = nodes.get(name);
  if (member === undefined) throw new Error(`no ${name}`);
  const { mac } = NODES[name];
  const [link] = JSON.parse(await member.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  const host = new LineProcess(member, join(folder, 'wire-host.js'));
  const told = () => host.lines.map((line) => JSON.parse(line) as FromWire);
  await eventually('the worker runs', async () => told()[0]);
  const key = SUBNETS[family];
  const address = ADDRESSES[family];
  const planned = [{ address, candidates: [name], holdOff: 0, draining: false }];
  const eth0 = { name: 'eth0', index: link.ifindex, mac };
  const local = NODES[name][family];
  const segments = [{ key, interface: eth0, up: true, local, peers: [], addresses: planned }];
  const orders: readonly ToWire[] = [
    { type: 'begin', node: name, held: [{ segment: key, addresses: [{ address, moves: [] }] }] },
    { type: 'assign', ownMacs: [mac], speakerMacs: [], loopback: true, alone: true, segments },
  ];
  for (const order of orders) host.write(JSON.stringify(order));
  await eventually(`${name} owns ${address}`, async () => {
    const roles = told().flatMap((each): readonly Role[] =>
      each.type === 'report' ? each.roles.map(({ role }) => role) : [],
    );
    return roles.at(-1) === 'Owner' || undefined;
  });
}

const knows = async (member: Member, address: string) =>
  /lladdr (\S+)/.exec(await member.run('ip', 'neigh', 'show', address))?.[1];

/** Waits until a machine knows the address to be at that node. */
function untilKnown(member: Member, address: string, name: Name): Promise<true> {
  return eventually(`${member.name} knows ${address} at ${name}`, async () => {
    return (await knows(member, address)) === NODES[name].mac || undefined;
  });
}

/** Has a machine send something to the address, so that its kernel asks who has it, and learns. */
async function learn(from: Member, address: string, name: Name): Promise<void> {
  await from.run('bash', '-c', `echo > /dev/udp/${address}/9`);
  await untilKnown(from, address, name);
}

/** The node is gone, machine and all: its kernel answers no more either. */
async function lose(name: Name): Promise<void> {
  const member = nodes.get(name);
  if (member === undefined) return;
  await ip('link', 'set', member.port, 'nomaster');
  await member.killAll();
  for (const address of Object.values(ADDRESSES))
    await member.try('ip', 'address', 'flush', 'to', address, 'dev', 'lo');
}

async function bringBack(name: Name): Promise<void> {
  await ip('link', 'set', nodes.get(name)?.port ?? '', 'master', segment.name);
}

describe.each(FAMILIES)('an announcement of %s', (family) => {
  const address = ADDRESSES[family];

  it('convinces a Linux client, one that clings to what it knows, and a router, before they ask', async () => {
    await own('n1', family);
    const all = [client, stubborn, router];
    for (const member of all) await learn(member, address, 'n1');
    await lose('n1');
    try {
      await own('n2', family);
      for (const member of all) await untilKnown(member, address, 'n2');
    } finally {
      await bringBack('n1');
    }
  });
});

describe('on a segment with a router that answers ARP for others', () => {
  it('a client that believed the router is set right by the announcement', async () => {
    // The router would pass the address on to somewhere else: that is when a proxy answers.
    await router.run('ip', 'link', 'add', 'beyond', 'type', 'veth', 'peer', 'name', 'there');
    await router.run('ip', 'link', 'set', 'beyond', 'up');
    await router.run('ip', 'link', 'set', 'there', 'up');
    await router.run('ip', 'route', 'add', `${ADDRESSES.IPv4}/32`, 'dev', 'beyond');
    await router.run('sysctl', '-qw', 'net.ipv4.conf.eth0.proxy_arp=1', 'net.ipv4.neigh.eth0.proxy_delay=0');
    try {
      await client.run('bash', '-c', `echo > /dev/udp/${ADDRESSES.IPv4}/9`);
      const proxy = await eventually('the client knows somebody', () => knows(client, ADDRESSES.IPv4));
      expect(Object.values(NODES).map(({ mac }) => mac)).not.toContain(proxy);
      await own('n1', 'IPv4');
      await untilKnown(client, ADDRESSES.IPv4, 'n1');
    } finally {
      await router.run('ip', 'link', 'delete', 'beyond');
      await router.run('sysctl', '-qw', 'net.ipv4.conf.eth0.proxy_arp=0');
    }
  });
});

import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { type CommandResult, ip, type Member, Segment } from '../network.ts';
import { ADDRESS, OBJECTS } from './one-service.ts';
import { serve, Traffic } from './traffic.ts';

const NODES = {
  n1: { address: '192.0.2.11', mac: '02:00:00:00:00:11' },
  n2: { address: '192.0.2.12', mac: '02:00:00:00:00:12' },
} as const;
type Name = keyof typeof NODES;
const NAMES = ['n1', 'n2'] as const;
const ROUTER = '02:00:00:00:00:fe';
const PATIENCE = { timeoutMs: 20_000, intervalMs: 100 };

let berth: string;
let segment: Segment;
let folder: string;
/** Where it is while nobody finds it. */
let away: string;
let client: Member;
let router: Member;
const nodes = new Map<Name, Member>();
const logs = new Map<Name, string>();

beforeAll(async () => {
  berth = await buildBerth();
});

beforeEach(async () => {
  logs.clear();
  segment = await Segment.create('fabric');
  folder = await mkdtemp(join(tmpdir(), 'fabrics-'));
  away = `${folder}.away`;
  await writeFile(join(folder, 'objects.yaml'), OBJECTS);
  for (const name of NAMES) {
    const { address, mac } = NODES[name];
    const node = await segment.add({ name, mac, addresses: [`${address}/24`] });
    nodes.set(name, node);
    await serve(node);
  }
  client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24'] });
  router = await segment.add({ name: 'router', mac: ROUTER, addresses: ['192.0.2.254/24'] });
});

afterEach(async () => {
  await segment.dispose();
  for (const each of [folder, away]) await rm(each, { recursive: true, force: true });
  await rm('/run/berth', { recursive: true, force: true });
});

function machine(name: Name): Member {
  const found = nodes.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Starts a speaker on each node. Gives the one that owns the address, and the other, once each watches the other. */
async function settled(): Promise<{ readonly owner: Name; readonly heir: Name }> {
  for (const name of NAMES) {
    const { stderr } = machine(name).spawn('node', [berth, 'standalone', folder, '--shared', '--node', name], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    stderr?.on('data', (chunk: Buffer) => logs.set(name, `${logs.get(name) ?? ''}${chunk}`));
    if (stderr !== null) await once(stderr, 'data');
  }
  const owner = await eventually('a node owns the address', ownerBut, PATIENCE);
  const isWatching = (name: Name) => logs.get(name)?.includes('watching the speaker') === true;
  await eventually('each watches the other', async () => NAMES.every(isWatching) || undefined, PATIENCE);
  return { owner, heir: owner === 'n1' ? 'n2' : 'n1' };
}

async function ownerBut(former?: Name): Promise<Name | undefined> {
  const { status, stdout } = await client.try('node', berth, 'get', 'addresses', '--dir', folder, '-o', 'json');
  const rows: readonly { readonly node: string; readonly role: string }[] =
    status === 0 ? JSON.parse(stdout).items : [];
  return NAMES.find((name) => name !== former && rows.some(({ node, role }) => node === name && role === 'Owner'));
}

/** The MAC addresses that a broadcast question of the client is answered with. */
async function answers(): Promise<readonly string[]> {
  const { stdout }: CommandResult = await client.try('arping', '-b', '-c', '2', '-w', '2', '-I', 'eth0', ADDRESS);
  return [...new Set([...stdout.matchAll(/\[([0-9A-Fa-f:]{17})\]/g)].map(([, mac = '']) => mac.toLowerCase()))].sort();
}

/** Waits until one interface answers and goes on doing so. Gives its MAC address. */
async function untilOneAnswers(): Promise<string> {
  const [answering = ''] = await eventually(
    'one answers',
    async () => {
      const looks = [await answers(), await answers(), await answers()];
      return new Set(looks.map((each) => each.join())).size === 1 && looks[0]?.length === 1 ? looks[0] : undefined;
    },
    PATIENCE,
  );
  return answering;
}

/** Waits until the client is served by the node. */
function untilServedBy(traffic: Traffic, name: Name): Promise<true> {
  return eventually(`${name} serves`, async () => ((await traffic.seen()).names[name] ?? 0) > 5 || undefined, PATIENCE);
}

describe('where a switch answers ARP for the machines behind a port, as fabrics of EVPN do', () => {
  it('the address of a dead node is taken over, though the switch goes on answering for it', async () => {
    const { owner, heir } = await settled();
    const traffic = new Traffic(client, ADDRESS);
    await untilServedBy(traffic, owner);
    const { address, mac } = NODES[owner];
    const { port } = machine(owner);
    for (const known of [ADDRESS, address]) {
      await ip('neigh', 'replace', known, 'lladdr', mac, 'dev', segment.name, 'nud', 'permanent');
    }
    await ip('link', 'set', port, 'type', 'bridge_slave', 'neigh_suppress', 'on');
    // The machine hears nothing more, and nobody sees a carrier change.
    await machine(owner).run('ip', 'link', 'set', 'eth0', 'arp', 'off');
    await machine(owner).killAll();
    expect(await answers()).toContain(mac);
    expect(await eventually('the other owns the address', () => ownerBut(owner), PATIENCE)).toBe(heir);
    expect(await answers()).toEqual([NODES[owner].mac, NODES[heir].mac].sort());
    await untilServedBy(traffic, heir);
  });
});

describe('where a router answers ARP for whatever it has a route to', () => {
  it('the address is placed, and taken over from a dead node', async () => {
    await router.run('ip', 'link', 'add', 'beyond', 'type', 'veth', 'peer', 'name', 'there');
    for (const link of ['beyond', 'there']) await router.run('ip', 'link', 'set', link, 'up');
    await router.run('ip', 'route', 'add', `${ADDRESS}/32`, 'dev', 'beyond');
    await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.eth0.proxy_arp=1');
    await router.run('sysctl', '-qw', 'net.ipv4.neigh.eth0.proxy_delay=0');
    expect(await answers()).toEqual([ROUTER]);
    const { owner, heir } = await settled();
    expect(await answers()).toEqual([NODES[owner].mac, ROUTER].sort());
    await Promise.all([ip('link', 'set', machine(owner).port, 'nomaster'), machine(owner).killAll()]);
    expect(await eventually('the other owns the address', () => ownerBut(owner), PATIENCE)).toBe(heir);
    expect(await answers()).toEqual([NODES[heir].mac, ROUTER].sort());
  });
});

describe('where each node has two interfaces in the subnet', () => {
  beforeEach(async () => {
    for (const name of NAMES) {
      const { address, mac } = second(name);
      const link = `second-${name}`;
      await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth1', 'address', mac, 'netns', name);
      await ip('link', 'set', link, 'master', segment.name, 'up');
      await machine(name).run('ip', 'link', 'set', 'eth1', 'up');
      await machine(name).run('ip', 'address', 'add', `${address}/24`, 'dev', 'eth1');
    }
  });

  afterEach(async () => {
    for (const name of NAMES) await ip('link', 'delete', `second-${name}`).catch(() => undefined);
  });

  it('one of them answers, and one again when that is dead', async () => {
    const { owner } = await settled();
    expect(await answers()).toEqual([NODES[owner].mac]);
    await machine(owner).setCable(false);
    const answering = await untilOneAnswers();
    expect(NAMES.flatMap((name) => [NODES[name].mac, second(name).mac])).toContain(answering);
    expect(answering).not.toBe(NODES[owner].mac);
  });

  it('one of them answers where both lose the first at once, with the switch that it is on, while the store is away', async () => {
    for (const name of NAMES)
      await machine(name).run('sysctl', '-qw', 'net.ipv4.conf.all.ignore_routes_with_linkdown=1');
    await settled();
    await rename(folder, away);
    for (const name of NAMES) await machine(name).setCable(false);
    const former = await untilOneAnswers();
    const [owner, heir] = former === second('n1').mac ? NAMES : (['n2', 'n1'] as const);
    expect(former).toBe(second(owner).mac);
    await untilServedBy(new Traffic(client, ADDRESS), owner);
    await Promise.all([ip('link', 'delete', `second-${owner}`), machine(owner).killAll()]);
    const { mac } = second(heir);
    await eventually('the other answers', async () => (await answers()).join() === mac || undefined, PATIENCE);
  });

  it('they watch one another by those that an advertisement names, and hand over by them', async () => {
    const only = `apiVersion: berth.dev/v1beta1
kind: L2Advertisement
metadata: {name: default}
spec: {interfaces: [eth1]}
`;
    await writeFile(join(folder, 'l2advertisement-default.yaml'), only);
    const { owner, heir } = await settled();
    expect(await answers()).toEqual([second(owner).mac]);
    const traffic = new Traffic(client, ADDRESS);
    await untilServedBy(traffic, owner);
    const drained = `apiVersion: v1\nkind: Node\nmetadata: {name: ${owner}, annotations: {berth.dev/drain: ''}}\n`;
    await writeFile(join(folder, 'node.yaml'), drained);
    await untilServedBy(traffic, heir);
    expect(await answers()).toEqual([second(heir).mac]);
    expect(logs.get(heir)).toContain('Offered');
  });
});

/** The other interface of a node. */
function second(name: Name): { readonly address: string; readonly mac: string } {
  const number = name === 'n1' ? 21 : 22;
  return { address: `192.0.2.${number}`, mac: `02:00:00:00:00:${number}` };
}

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { type Member, Segment } from '../network.ts';
import { serve, Traffic } from './traffic.ts';

const ADDRESS = '192.0.2.50';
const NAMES = ['n1', 'n2', 'n3'] as const;
const node = (name: string, index: number) => `---
apiVersion: v1
kind: Node
metadata: {name: ${name}}
status: {addresses: [{type: InternalIP, address: 192.0.2.${11 + index}}]}
`;
const OBJECTS = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: control-plane}
spec: {addresses: [${ADDRESS}/32]}
---
apiVersion: v1
kind: Service
metadata:
  name: kube-apiserver
  annotations:
    berth.dev/loadBalancerIPs: ${ADDRESS}
    berth.dev/health-check: tcp://127.0.0.1:6443?interval=500ms&timeout=300ms&fall=2&rise=2
spec: {type: LoadBalancer, ports: [{port: 6443}]}
${NAMES.map(node).join('')}`;
/** What stands for the API server of a node. */
const SERVER = `require('node:net').createServer((socket) => socket.end()).listen(6443, () => console.log())`;
/** These tests share their machine. */
const BOUND = 6000;

let berth: string;
let segment: Segment;
let folder: string;
let client: Member;
const nodes = new Map<string, Member>();
const servers = new Map<string, ChildProcess>();
const daemons = new Map<string, ChildProcess>();
const logs = new Map<string, string>();

beforeAll(async () => {
  berth = await buildBerth();
});

beforeEach(async () => {
  logs.clear();
  segment = await Segment.create('own');
  folder = await mkdtemp(join(tmpdir(), 'copies-'));
  for (const [index, name] of NAMES.entries()) {
    const member = { name, addresses: [`192.0.2.${11 + index}/24`], mac: `02:00:00:00:00:${11 + index}` };
    nodes.set(name, await segment.add(member));
    await serve(machine(name));
    await startServer(name);
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'objects.yaml'), OBJECTS);
  }
  client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24'] });
  await writeFile(join(folder, 'key'), '0123456789abcdef0123456789abcdef');
  for (const name of NAMES) startBerth(name);
});

afterEach(async () => {
  await segment.dispose();
  await rm(folder, { recursive: true });
  await rm('/run/berth', { recursive: true, force: true });
});

function machine(name: string): Member {
  const found = nodes.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

async function startServer(name: string): Promise<void> {
  const child = machine(name).spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.set(name, child);
  if (child.stdout !== null) await once(child.stdout, 'data');
}

function startBerth(name: string): void {
  const args = [berth, 'standalone', join(folder, name), '--node', name, '--message-key-file', join(folder, 'key')];
  const child = machine(name).spawn('node', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  daemons.set(name, child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => logs.set(name, `${logs.get(name) ?? ''}${chunk}`));
  }
}

/** The one node that answers a client. */
async function owner(...but: readonly string[]): Promise<string> {
  return await eventually(
    `one node but ${but} answers`,
    async () => {
      const { stdout } = await client.try('arping', '-c', '2', '-w', '2', '-I', 'eth0', ADDRESS);
      const seen = new Set([...stdout.matchAll(/\[02:00:00:00:00:1([123])\]/g)].map(([, number]) => `n${number}`));
      const [name = ''] = seen;
      return seen.size === 1 && !but.includes(name) ? name : undefined;
    },
    { timeoutMs: 30_000 },
  );
}

async function watched(): Promise<void> {
  const watching = () => [...logs.values()].flatMap((log) => log.match(/watching the speaker/g) ?? []).length;
  await eventually('all watch one another', async () => watching() >= 6 || undefined, { timeoutMs: 30_000 });
}

/** Waits until for a while nobody but this node has answered. */
async function servedBy(traffic: Traffic, name: string): Promise<void> {
  await eventually(
    `${name} serves`,
    async () => {
      const { names } = await traffic.seen();
      return (Object.keys(names).join() === name && (names[name] ?? 0) > 5) || undefined;
    },
    // Of a datagram every 5 ms, so that there are enough from one look to the next.
    { intervalMs: 100 },
  );
}

describe('three nodes with a copy of a folder each', () => {
  it('agree on one, and the address follows the healthy ones', async () => {
    await watched();
    const first = await owner();
    const traffic = new Traffic(client, ADDRESS);
    await eventually('it is served', async () => ((await traffic.seen()).names[first] ?? 0) > 5 || undefined);

    servers.get(first)?.kill('SIGKILL');
    const second = await owner(first);
    const moved = await traffic.seen();
    expect([moved.lost, moved.gap < BOUND]).toEqual([0, true]);
    await servedBy(traffic, second);
    expect(logs.get(first)).toMatch(/fell silent for an address/);

    // The whole node: its server, its speaker, its link.
    daemons.get(second)?.kill('SIGKILL');
    servers.get(second)?.kill('SIGKILL');
    await machine(second).run('ip', 'link', 'set', 'eth0', 'down');
    const third = await owner(first, second);
    await servedBy(traffic, third);

    // The first is healthy again and stands by: it takes over from the last.
    await startServer(first);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    servers.get(third)?.kill('SIGKILL');
    expect(await owner(third)).toBe(first);

    // With nobody healthy nothing is gained by silence.
    servers.get(first)?.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await owner()).toBe(first);
  });

  it('keep it where it is while its speaker is killed and started', async () => {
    await watched();
    const first = await owner();
    const traffic = new Traffic(client, ADDRESS);
    await eventually('it is served', async () => ((await traffic.seen()).names[first] ?? 0) > 5 || undefined);
    daemons.get(first)?.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await owner()).toBe(first);
    startBerth(first);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const { names, broken } = await traffic.seen();
    expect([Object.keys(names), broken]).toEqual([[first], null]);
  });
});

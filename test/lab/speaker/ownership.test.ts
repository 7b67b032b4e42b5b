import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildBerth } from '../cli/bundle.ts';
import { eventually } from '../eventually.ts';
import { ip, type Member, Segment } from '../network.ts';
import { ADDRESS, OBJECTS } from './one-service.ts';
import { serve, Traffic } from './traffic.ts';

const NAMES = ['n1', 'n2', 'n3'] as const;
const KEYS = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];
/** Ten times what is to be met on a machine of one's own: these tests share theirs. */
const BOUND = 4000;

let berth: string;
let segment: Segment;
let client: Member;
let folder: string;
const nodes = new Map<string, Member>();
const daemons = new Map<string, ChildProcess>();
const logs = new Map<string, string>();

beforeAll(async () => {
  berth = await buildBerth();
});

beforeEach(async () => {
  logs.clear();
  segment = await Segment.create('own');
  for (const [index, name] of NAMES.entries()) {
    const number = 11 + index;
    const spec = { name, addresses: [`192.0.2.${number}/24`], mac: `02:00:00:00:00:${number}` };
    nodes.set(name, await segment.add(spec));
  }
  client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24'] });
  folder = await mkdtemp(join(tmpdir(), 'ownership-'));
  await put('objects.yaml', OBJECTS);
  // In the middle of a change of keys: the first node still signs with the old one.
  for (const [index, name] of NAMES.entries())
    await put(`key-${name}`, (index === 0 ? KEYS : KEYS.toReversed()).join('\n'));
  for (const node of nodes.values()) await serve(node);
  for (const name of NAMES) start(name);
});

afterEach(async () => {
  await segment.dispose();
  await rm(folder, { recursive: true });
  await rm('/run/berth', { recursive: true, force: true });
});

async function put(name: string, content: string): Promise<void> {
  await writeFile(join(folder, `.${name}`), content);
  await rename(join(folder, `.${name}`), join(folder, name));
}

function start(name: string): void {
  const child = machine(name).spawn(
    'node',
    [berth, 'standalone', folder, '--shared', '--node', name, '--message-key-file', join(folder, `key-${name}`)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  daemons.set(name, child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => logs.set(name, `${logs.get(name) ?? ''}${chunk}`));
  }
}

function machine(name: string): Member {
  const found = nodes.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Who is said to answer, and in which role. */
async function roles(): Promise<readonly { readonly node: string | null; readonly role: string | null }[]> {
  const { status, stdout } = await client.try('node', berth, 'get', 'addresses', '--dir', folder, '-o', 'json');
  return status === 0 ? JSON.parse(stdout).items : [];
}

function nodeIn(role: string, ...but: readonly string[]): Promise<string> {
  return eventually(
    `a node but ${but} is ${role}`,
    async () => {
      const found = (await roles()).find((row) => row.role === role && !but.includes(row.node ?? ''));
      return found?.node ?? undefined;
    },
    { timeoutMs: 15_000, intervalMs: 100 },
  );
}

/** Waits until all speakers have heard one another, and a client is served. */
async function settled(): Promise<{ readonly owner: string; readonly traffic: Traffic }> {
  const owner = await nodeIn('Owner');
  const watching = () => [...logs.values()].flatMap((log) => log.match(/watching the speaker/g) ?? []).length;
  await eventually('all watch one another', async () => (watching() >= 6 ? true : undefined), { timeoutMs: 15_000 });
  const traffic = new Traffic(client, ADDRESS);
  await pause(500);
  await traffic.seen();
  return { owner, traffic };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function end(name: string, signal: NodeJS.Signals): Promise<void> {
  const child = daemons.get(name);
  if (child === undefined) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

describe('three speakers on one segment', () => {
  it('keep the flows of a node whose speaker is killed: another answers in its name until it is back', async () => {
    const { owner, traffic } = await settled();
    await end(owner, 'SIGKILL');
    const caretaker = await nodeIn('Caretaker');
    expect(caretaker).not.toBe(owner);
    await client.run('ip', 'neigh', 'flush', 'dev', 'eth0');
    await pause(5000);
    const meanwhile = await traffic.seen();
    expect(Object.keys(meanwhile.names)).toEqual([owner]);
    expect(meanwhile.broken).toBeNull();
    expect(meanwhile.got).toBeGreaterThan(0);
    start(owner);
    await eventually(
      'it owns the address again',
      async () => {
        const rows = await roles();
        return rows.some((row) => row.role === 'Caretaker') ? undefined : true;
      },
      { timeoutMs: 15_000 },
    );
    expect(await nodeIn('Owner')).toBe(owner);
    expect(await traffic.seen()).toMatchObject({ broken: null, names: { [owner]: expect.any(Number) } });
  });

  it('keep the flows of a node whose speaker stands still, which answers again when it goes on', async () => {
    const { owner, traffic } = await settled();
    daemons.get(owner)?.kill('SIGSTOP');
    await nodeIn('Caretaker');
    await client.run('ip', 'neigh', 'flush', 'dev', 'eth0');
    await pause(2000);
    daemons.get(owner)?.kill('SIGCONT');
    await eventually('nobody answers in its name any more', async () => {
      const rows = await roles();
      return rows.some((row) => row.role === 'Caretaker') ? undefined : true;
    });
    expect(await nodeIn('Owner')).toBe(owner);
    const seen = await traffic.seen();
    expect([Object.keys(seen.names), seen.broken]).toEqual([[owner], null]);
  });

  it('take over from a node that is cut off', async () => {
    const { owner, traffic } = await settled();
    await machine(owner).setCable(false);
    await pause(BOUND);
    const seen = await traffic.seen();
    expect(seen.gap).toBeLessThan(BOUND);
    const heir = await nodeIn('Owner', owner);
    expect(seen.names[heir]).toBeGreaterThan(0);
    await machine(owner).setCable(true);
    await pause(3000);
    const healed = await traffic.seen();
    expect(Object.keys(healed.names)).toEqual([heir]);
  });

  it('take over from a machine that is gone', async () => {
    const { owner, traffic } = await settled();
    // Its port is off the bridge, and nobody sees a carrier change.
    await Promise.all([ip('link', 'set', machine(owner).port, 'nomaster'), machine(owner).killAll()]);
    await pause(BOUND);
    const seen = await traffic.seen();
    expect(seen.gap).toBeLessThan(BOUND);
    expect(Object.keys(seen.names)).toContain(await nodeIn('Owner', owner));
  });

  it('move nothing when a speaker restarts by SIGTERM', async () => {
    const { owner, traffic } = await settled();
    await end(owner, 'SIGTERM');
    const away = await traffic.seen();
    start(owner);
    await pause(4000);
    expect(await nodeIn('Owner')).toBe(owner);
    const back = await traffic.seen();
    for (const seen of [away, back]) expect(seen).toMatchObject({ broken: null, lost: expect.any(Number) });
    expect(Object.keys(back.names)).toEqual([owner]);
    expect((await roles()).filter((row) => row.role === 'Caretaker')).toEqual([]);
  });

  it('lose nothing when one is drained, and hand over before they leave', async () => {
    const { owner, traffic } = await settled();
    await put(
      'node.yaml',
      `apiVersion: v1\nkind: Node\nmetadata: {name: ${owner}, annotations: {berth.dev/drain: ''}}\n`,
    );
    const heir = await nodeIn('Owner', owner);
    await pause(500);
    const drained = await traffic.seen();
    expect(Object.keys(drained.names).sort()).toEqual([owner, heir].sort());
    expect(drained.gap).toBeLessThan(500);
    await end(heir, 'SIGINT');
    await pause(500);
    const left = await traffic.seen();
    expect(left.gap).toBeLessThan(500);
  });
});

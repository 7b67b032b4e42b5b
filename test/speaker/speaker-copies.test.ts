import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryCluster } from './memory-cluster.ts';
import { MemoryNode } from './memory-node.ts';
import { MemoryObjects } from './memory-store.ts';
import { advertisement, node, pool, service } from './objects.ts';

const ADDRESS = '192.0.2.50';
const web = service('web', [ADDRESS]);
const WEB = {
  ...web,
  metadata: { ...web.metadata, annotations: { 'berth.dev/health-check': 'tcp://127.0.0.1:6443' } },
};

let cluster: MemoryCluster;
let nodes: readonly MemoryNode[];
let folder: string;
/** What the health check of each node finds. */
let health: Map<string, string | undefined>;

beforeEach(async () => {
  cluster = new MemoryCluster();
  folder = mkdtempSync(join(tmpdir(), 'copies-'));
  health = new Map();
  nodes = ['n1', 'n2', 'n3'].map((name, index) => {
    const objects = new MemoryObjects();
    for (const [at, each] of ['n1', 'n2', 'n3'].entries()) {
      const addresses = [{ type: 'InternalIP', address: `192.0.2.${11 + at}` }];
      objects.put({ ...node(each), status: { addresses } } as ReturnType<typeof node>);
    }
    for (const object of [pool('public', ['192.0.2.48/28']), advertisement(), WEB]) objects.put(object);
    const { segment, datagrams, clock } = cluster;
    return new MemoryNode(name, 11 + index, objects, segment, datagrams, clock, folder);
  });
  for (const each of nodes) {
    cluster.kernel(each);
    await each.start({ peersFromNodes: true, attempt: async () => health.get(each.name) });
  }
  await cluster.clock.run(10_000, 20);
});

afterEach(async () => {
  for (const each of nodes) await each.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

const named = (name: string): MemoryNode => nodes.find((each) => each.name === name) as MemoryNode;
const owners = () => nodes.filter((each) => each.owned().includes(ADDRESS)).map(({ name }) => name);

describe('speakers that see only their own copy of a store', () => {
  it('agree on one owner, and take one another for no strangers', async () => {
    const [owner = ''] = owners();
    expect(cluster.answerers(ADDRESS)).toEqual([named(owner).mac]);
    expect(nodes.flatMap((each) => each.report()?.conflicts)).toEqual([]);
  });

  it('hand the address over when its health check fails, and keep it where all fail', async () => {
    const [first = ''] = owners();
    health.set(first, 'refused');
    await cluster.clock.run(8000, 20);
    const [second = ''] = owners();
    expect(second).not.toBe(first);
    expect(cluster.answerers(ADDRESS)).toEqual([named(second).mac]);
    expect(named(first).report()?.withheld).toMatchObject([{ reason: 'NoLocalEndpoint', count: 1 }]);
    for (const { name } of nodes) health.set(name, 'refused');
    await cluster.clock.run(20_000, 50);
    expect(cluster.answerers(ADDRESS)).toHaveLength(1);
  });

  it('take care of the address of one whose speaker is gone, with the MAC address that it told', async () => {
    const [first = ''] = owners();
    named(first).kill();
    await cluster.clock.run(3000);
    expect(new Set(cluster.answerers(ADDRESS))).toEqual(new Set([named(first).mac]));
    const caretakers = nodes.filter((each) => each.name !== first && each.inRole('Caretaker').includes(ADDRESS));
    expect(caretakers).toHaveLength(1);
  });
});

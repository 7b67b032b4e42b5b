import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LISTEN } from '../../src/speaker/cluster-sight.ts';
import { MemoryCluster } from './memory-cluster.ts';
import type { MemoryNode } from './memory-node.ts';
import { node, service } from './objects.ts';

const ADDRESS = '192.0.2.50';

let cluster: MemoryCluster;

beforeEach(() => {
  cluster = new MemoryCluster();
});

afterEach(() => cluster.stop());

describe('two speakers', () => {
  /** Starts both, and gives the owner and the other. */
  async function pair(): Promise<readonly [owner: MemoryNode, other: MemoryNode]> {
    for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
    const n1 = cluster.add('n1', 11);
    const n2 = cluster.add('n2', 12);
    await n1.start();
    await n2.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(LISTEN + 500, 50);
    return n1.owned().includes(ADDRESS) ? [n1, n2] : [n2, n1];
  }

  it('agree on one owner, and the other says why not', async () => {
    const [owner, other] = await pair();
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    expect(other.owned()).toEqual([]);
    expect(other.report()?.withheld).toMatchObject([{ reason: 'NotOwner', count: 1 }]);
  });

  it('hand over at once when the owner takes its leave', async () => {
    const [owner, other] = await pair();
    cluster.segment.take();
    await owner.stop();
    await cluster.clock.run(50);
    expect(cluster.announcers()).toEqual([other.name]);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(await other.metric('berth_takeovers_total')).toBe(1);
  });

  it('hand over within 4 s when the owner is heard no more, which gives way when it is back', async () => {
    const [owner, other] = await pair();
    owner.store.cut = true;
    await cluster.clock.run(1900, 50);
    expect(other.owned()).toEqual([]);
    await cluster.clock.run(2100, 50);
    expect(other.owned()).toEqual([ADDRESS]);
    owner.store.cut = false;
    await cluster.clock.run(5000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(owner.owned()).toEqual([]);
  });

  it('move nothing when the store is out of reach of both, or comes back', async () => {
    const [owner, other] = await pair();
    owner.store.cut = true;
    other.store.cut = true;
    await cluster.clock.run(30_000, 100);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    owner.store.cut = false;
    other.store.cut = false;
    await cluster.clock.run(10_000, 100);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    expect(other.owned()).toEqual([]);
  });

  it('leave an address where it is when a node starts anew', async () => {
    const [owner, other] = await pair();
    await owner.stop();
    await cluster.clock.run(500);
    const again = cluster.add(owner.name, owner.number);
    await again.start();
    await cluster.clock.run(10_000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(again.owned()).toEqual([]);
  });

  it('move nothing when one of them finds back to the store before the other', async () => {
    const [owner, other] = await pair();
    owner.store.cut = true;
    other.store.cut = true;
    await cluster.clock.run(30_000, 100);
    cluster.segment.take();
    other.store.cut = false;
    await cluster.clock.run(1000, 50);
    owner.store.cut = false;
    await cluster.clock.run(10_000, 50);
    expect(cluster.announcers()).toEqual([]);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
  });

  it('listen before they take what another node may hold', async () => {
    for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(LISTEN - 100, 50);
    expect(cluster.segment.take()).toEqual([]);
    await cluster.clock.run(500, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });
});

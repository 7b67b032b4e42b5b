import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STORE_PATIENCE } from '../../src/speaker/memory/remembering-store.ts';
import { MemoryCluster } from './memory-cluster.ts';
import type { MemoryNode } from './memory-node.ts';
import { node, service } from './objects.ts';
import { written } from './written.ts';

const ADDRESS = '192.0.2.50';

let cluster: MemoryCluster;

beforeEach(() => {
  cluster = new MemoryCluster();
  for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
});

afterEach(() => cluster.stop());

describe('a speaker that starts while the store is out of reach', () => {
  async function killed(): Promise<MemoryNode> {
    const n1 = cluster.add('n1', 11);
    await n1.start({ isCluster: true });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(5000);
    await written(cluster.clock, n1, ADDRESS);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
    n1.kill();
    return n1;
  }

  it('answers for what it answered for, for as long as that lasts', async () => {
    await killed();
    const again = cluster.add('n1', 11);
    again.store.silent = true;
    again.store.cut = true;
    await again.start({ isCluster: true });
    await cluster.clock.run(STORE_PATIENCE + 1000);
    expect(cluster.answerers(ADDRESS)).toEqual([again.mac]);
    expect(again.complaints.join()).toContain('The store does not answer');
    expect(again.ready).toBe(false);
    await cluster.clock.run(60_000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([again.mac]);
  });

  it('catches up when the store is back', async () => {
    await killed();
    const again = cluster.add('n1', 11);
    again.store.silent = true;
    again.store.cut = true;
    await again.start({ isCluster: true });
    await cluster.clock.run(STORE_PATIENCE + 1000);
    cluster.objects.remove('Service', { namespace: 'default', name: 'web' });
    cluster.objects.put(service('api', ['192.0.2.51']));
    again.store.cut = false;
    again.store.speakAgain();
    await cluster.clock.run(5000, 50);
    expect([cluster.answerers(ADDRESS), cluster.answerers('192.0.2.51')]).toEqual([[], [again.mac]]);
    expect(again.ready).toBe(true);
    expect(again.owned()).toEqual(['192.0.2.51']);
  });

  it('waits where nothing is remembered', async () => {
    cluster.objects.put(service('web', [ADDRESS]));
    const n1 = cluster.add('n1', 11);
    n1.store.silent = true;
    await n1.start({ isCluster: true });
    await cluster.clock.run(STORE_PATIENCE * 5, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    n1.store.speakAgain();
    await cluster.clock.run(5000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });
});

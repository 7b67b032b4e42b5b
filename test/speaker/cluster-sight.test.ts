import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterSight } from '../../src/speaker/cluster-sight.ts';
import { LISTEN } from '../../src/speaker/cluster-sight.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { advertisement, node, service } from './objects.ts';

const ADDRESS = '192.0.2.50';

/** A store that says what it cannot follow. */
class Sight implements ClusterSight {
  #kinds: ReturnType<ClusterSight['unfollowed']> = [];
  readonly #listeners = new Set<() => void>();

  unfollowed() {
    return this.#kinds;
  }

  onFollowing(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  lose(...kinds: ReturnType<ClusterSight['unfollowed']>): void {
    this.#kinds = kinds;
    for (const listener of this.#listeners) listener();
  }
}

let cluster: MemoryCluster;
let sight: Sight;

beforeEach(() => {
  cluster = new MemoryCluster();
  sight = new Sight();
});
afterEach(() => cluster.stop());

describe('a speaker of a cluster', () => {
  async function alone() {
    cluster.objects.put(node('n1'));
    const n1 = cluster.add('n1', 11);
    await n1.start({ cluster: sight });
    await cluster.clock.run(LISTEN + 200, 50);
    return n1;
  }

  it.each([
    ['SpeakerStatus', undefined, 0],
    ['SpeakerStatus', 404, LISTEN],
    ['Lease', 403, 0],
  ])('takes no address while it cannot follow %s (%s), and %d ms more', async (kind, status, listen) => {
    const n1 = await alone();
    sight.lose({ kind, status });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(20_000, 100);
    expect([n1.owned(), cluster.answerers(ADDRESS)]).toEqual([[], []]);
    sight.lose();
    if (listen > 0) await cluster.clock.run(listen - 200, 50);
    expect(n1.owned()).toEqual([]);
    await cluster.clock.run(700, 50);
    expect([n1.owned(), cluster.answerers(ADDRESS)]).toEqual([[ADDRESS], [n1.mac]]);
  });

  it('takes addresses while it cannot follow what tells nothing of the others', async () => {
    const n1 = await alone();
    sight.lose({ kind: 'EndpointSlice' });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(500, 50);
    expect(n1.owned()).toEqual([ADDRESS]);
  });

  it('keeps what it owns while it sees nobody, and takes that again which it had to leave', async () => {
    const n1 = await alone();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(500, 50);
    sight.lose({ kind: 'SpeakerStatus' }, { kind: 'Lease' });
    await cluster.clock.run(10_000, 100);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
    n1.setInterfaces([]);
    await cluster.clock.run(500, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    n1.setInterfaces([n1.eth0()]);
    await cluster.clock.run(2000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });

  it('takes no address while its own status cannot be written', async () => {
    const n1 = await alone();
    n1.store.cut = true;
    n1.setInterfaces([n1.eth0({ gateways: [] })]);
    await cluster.clock.run(200, 50);
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(1000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    n1.store.cut = false;
    await cluster.clock.run(5000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });

  it('waits where there is no Node of its name, names those that there are, and leaves nothing behind', async () => {
    for (const name of ['n2', 'n1']) cluster.objects.put(node(name));
    cluster.objects.put(service('web', [ADDRESS]));
    const lost = cluster.add('nosuch', 13);
    const speaker = await lost.start({ cluster: sight });
    await cluster.clock.run(10_000, 100);
    expect(speaker.ready()).toBe(false);
    expect(speaker.missing()).toBe('there is no Node nosuch: known are n1, n2; give the name of this node with --node');
    expect(lost.complaints).toEqual(['there is no Node nosuch {"known":"n1, n2"}']);
    expect(cluster.objects.writes).toEqual([]);
    cluster.objects.put(node('nosuch'));
    await cluster.clock.run(LISTEN + 500, 50);
    expect([speaker.ready(), speaker.missing(), lost.owned()]).toEqual([true, undefined, [ADDRESS]]);
  });

  it('gives its addresses up when its Node is removed, and makes no status that nothing would collect', async () => {
    const n1 = await alone();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(500, 50);
    cluster.objects.remove('Node', { name: 'n1' });
    cluster.objects.remove('SpeakerStatus', { name: 'n1' });
    await cluster.clock.run(5000, 50);
    expect([n1.ready, n1.report(), cluster.answerers(ADDRESS)]).toEqual([false, undefined, []]);
    cluster.objects.put(node('n1'));
    await cluster.clock.run(12_000, 50);
    expect([n1.ready, n1.owned(), cluster.answerers(ADDRESS)]).toEqual([true, [ADDRESS], [n1.mac]]);
  });

  it('has one owner when all kinds of Berth are removed and come back one after another', async () => {
    for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
    const sights = [new Sight(), new Sight()] as const;
    const [n1, n2] = [cluster.add('n1', 11), cluster.add('n2', 12)];
    await n1.start({ cluster: sights[0] });
    await n2.start({ cluster: sights[1] });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(LISTEN + 500, 50);
    expect(cluster.answerers(ADDRESS)).toHaveLength(1);
    cluster.objects.remove('L2Advertisement', { name: 'default' });
    for (const each of [n1, n2]) each.store.cut = true;
    for (const name of ['n1', 'n2']) cluster.objects.remove('SpeakerStatus', { name });
    for (const each of sights) each.lose({ kind: 'SpeakerStatus', status: 404 });
    await cluster.clock.run(2000, 50);
    for (const each of [n1, n2]) each.store.cut = false;
    cluster.objects.put(advertisement());
    await cluster.clock.run(2000, 50);
    for (const each of sights) {
      each.lose();
      for (let i = 0; i < 100; i++) {
        await cluster.clock.run(100, 50);
        expect(cluster.answerers(ADDRESS).length).toBeLessThanOrEqual(1);
      }
    }
    expect(cluster.answerers(ADDRESS)).toHaveLength(1);
  });
});

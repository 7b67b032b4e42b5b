import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMING } from '../../src/speaker/ownership/timing.ts';
import { MemoryCluster } from './memory-cluster.ts';
import type { MemoryNode } from './memory-node.ts';
import { node, service } from './objects.ts';

const ADDRESS = '192.0.2.50';

let cluster: MemoryCluster;

beforeEach(() => {
  cluster = new MemoryCluster();
});

afterEach(() => cluster.stop());

/** Starts two speakers, lets their sessions come up, and gives the owner and the other. */
async function pair({
  askStatusOf,
  ...options
}: {
  loopback?: boolean;
  isCluster?: boolean;
  askStatusOf?: (name: string) => number | undefined;
} = {}): Promise<readonly [owner: MemoryNode, other: MemoryNode]> {
  for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
  const n1 = cluster.add('n1', 11);
  const n2 = cluster.add('n2', 12);
  for (const each of [n1, n2]) await each.start({ ...options, askStatus: async () => askStatusOf?.(each.name) });
  cluster.objects.put(service('web', [ADDRESS]));
  await cluster.clock.run(DEFAULT_TIMING.listen + 5000);
  return n1.owned().includes(ADDRESS) ? [n1, n2] : [n2, n1];
}

/** The node is on no network any more, and does not notice. */
function cutOff({ name, number }: MemoryNode): void {
  cluster.segment.cut.add(name);
  cluster.datagrams.cut.add(`192.0.2.${number}`);
}

function heal({ name, number }: MemoryNode): void {
  cluster.segment.cut.delete(name);
  cluster.datagrams.cut.delete(`192.0.2.${number}`);
}

describe('two speakers', () => {
  it('agree on one owner, and the other says why not', async () => {
    const [owner, other] = await pair();
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    expect([other.owned(), other.inRole('Standby')]).toEqual([[], [ADDRESS]]);
    expect(other.report()?.withheld).toMatchObject([{ reason: 'NotOwner', count: 1 }]);
  });

  it('listen before they take what another node may hold', async () => {
    for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(DEFAULT_TIMING.listen - 100);
    expect(cluster.segment.take()).toEqual([]);
    await cluster.clock.run(2000);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });

  it('hand over before the owner leaves, which then falls silent', async () => {
    const [owner, other] = await pair();
    cluster.segment.take();
    await owner.stop('Leave');
    expect(cluster.announcers()).toEqual([other.name]);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(await other.metric('berth_takeovers_total')).toBe(1);
  });

  it('name one another as witnesses', async () => {
    const [owner, other] = await pair();
    await cluster.clock.run(2000);
    expect(owner.report()?.l2).toMatchObject([{ role: 'Owner', witness: other.name }]);
    expect(other.report()?.l2).toMatchObject([{ role: 'Standby' }]);
    expect(other.report()?.l2?.[0]).not.toHaveProperty('witness');
  });

  it('hand over where kube-proxy of the owner is not healthy', async () => {
    const proxies = new Map<string, number>();
    const [owner, other] = await pair({ isCluster: true, askStatusOf: (name) => proxies.get(name) });
    proxies.set(owner.name, 503);
    await cluster.clock.run(6000);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(owner.report()?.withheld).toMatchObject([{ reason: 'ProxyNotReady' }]);
    proxies.set(other.name, 503);
    await cluster.clock.run(6000);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
  });

  it('hand over when the owner is drained', async () => {
    const [owner, other] = await pair();
    const drained = node(owner.name);
    cluster.objects.put({ ...drained, metadata: { ...drained.metadata, annotations: { 'berth.dev/drain': '' } } });
    await cluster.clock.run(500);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(owner.report()?.withheld).toMatchObject([{ reason: 'NodeDraining' }]);
    expect([owner.owned(), other.owned()]).toEqual([[], [ADDRESS]]);
  });

  it('take over within 350 ms from a node that is gone, which gives way when it is back', async () => {
    const [owner, other] = await pair();
    cutOff(owner);
    await cluster.clock.run(350);
    expect(other.owned()).toEqual([ADDRESS]);
    heal(owner);
    await cluster.clock.run(5000);
    expect(cluster.answerers(ADDRESS)).toHaveLength(1);
    expect([...owner.owned(), ...other.owned()]).toEqual([ADDRESS]);
  });

  it('answer in the name of a node whose speaker is killed, and leave it the address when it is back', async () => {
    const [owner, other] = await pair();
    await vi.waitFor(() => expect(owner.noted()).toContain(ADDRESS));
    owner.kill();
    const kernel = cluster.kernel(owner);
    await cluster.clock.run(1000);
    expect(other.inRole('Caretaker')).toEqual([ADDRESS]);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    const again = cluster.add(owner.name, owner.number);
    await again.start();
    await cluster.clock.run(3000);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    expect([again.owned(), other.owned(), other.inRole('Caretaker')]).toEqual([[ADDRESS], [], []]);
    kernel.close();
  });

  it('take over from it when it does not come back in 30 s', async () => {
    const [owner, other] = await pair();
    owner.kill();
    const kernel = cluster.kernel(owner);
    await cluster.clock.run(DEFAULT_TIMING.caretaking + 1000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([other.mac]);
    expect(other.owned()).toEqual([ADDRESS]);
    kernel.close();
  });

  it('move nothing when a speaker restarts, whose kernel goes on as before', async () => {
    const [owner, other] = await pair({ loopback: true });
    const kernel = cluster.kernel(owner);
    cluster.segment.take();
    await owner.stop('Restart');
    expect([...owner.loopback]).toEqual([ADDRESS]);
    expect(owner.sysctl.get('net/ipv4/conf/all/arp_ignore')).toBe('1');
    await cluster.clock.run(500);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    expect(owner.owned()).toEqual([ADDRESS]);
    expect(other.inRole('Caretaker')).toEqual([ADDRESS]);
    const again = cluster.add(owner.name, owner.number);
    await again.start();
    await cluster.clock.run(3000);
    expect(cluster.announcers()).toEqual([owner.name]);
    expect([again.owned(), other.inRole('Standby')]).toEqual([[ADDRESS], [ADDRESS]]);
    kernel.close();
  });

  it('move nothing when the store is out of reach of both, or comes back', async () => {
    const [owner, other] = await pair();
    for (const each of [owner, other]) each.store.cut = true;
    await cluster.clock.run(60_000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    owner.store.cut = false;
    await cluster.clock.run(2000, 50);
    other.store.cut = false;
    await cluster.clock.run(10_000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
    expect(other.owned()).toEqual([]);
  });

  it('move nothing when nobody can be found in the store any more', async () => {
    const [owner, other] = await pair();
    for (const { name } of [owner, other]) cluster.objects.remove('SpeakerStatus', { name });
    cluster.objects.remove('L2Advertisement', { name: 'default' });
    await cluster.clock.run(20_000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([owner.mac]);
  });
});

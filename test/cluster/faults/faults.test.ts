import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import type { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { DEFAULT_TIMING } from '../../../src/store/cluster/reflector-protocol.ts';
import { service } from '../../store/conformance/harness.ts';
import { type Fault, isWatch, type SeenRequest } from '../fault-proxy.ts';
import { StoreCluster } from '../store/harness.ts';
import { AddressHistory } from './address-history.ts';
import { Announcer } from './announcer.ts';
import { compact } from './compaction.ts';
import { endInOrder, freeze, type Harm, restartAfter } from './harm.ts';
import { expectIngresses, ingressOf } from './ingresses.ts';
import { deleteKinds } from './kinds-gone.ts';
import { bundleController, isEvent, isStatusWrite, isWrite, Replica } from './replica.ts';
import { NAMESPACE, SPEAKER_WAIT, WAIT } from './timing.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: faults}
spec: {addresses: [10.61.0.0/24]}
---
apiVersion: berth.dev/v1beta1
kind: L2Advertisement
metadata: {name: default}
`;
vi.setConfig({ testTimeout: 150_000 });
/** Services made for each fault. */
const BATCH = 6;
/** So many milliseconds without a write mean that nothing more is to come; what writes without end exceeds its bound. */
const QUIET = 800;
/** So long lives a controller that has something to write, from its start until it does, with many times to spare. */
const LIFE = 8_000;
/** A Service gets its address and is announced; the pool, its finalizer, the advertisement and an Ingress are written to. */
const WRITES = 2 * BATCH + 6;
/** An event tells of each condition of a Service, and of what it was before. */
const EVENTS = 4 * BATCH;

let cluster: StoreCluster;
let observer: ClusterStore;
let history: AddressHistory;
let replica: Replica;
let announcer: Announcer;
let batches = 0;
/** The keys of the Services that there are. */
const made = new Set<string>();

beforeAll(async () => {
  cluster = await StoreCluster.start();
  await cluster.cluster.apply(POOL);
  await bundleController(cluster.cluster.folder);
  observer = cluster.open({ timing: { ...DEFAULT_TIMING, backoff: { shortest: 50, longest: 200 } } });
  history = new AddressHistory(observer);
  replica = await Replica.create(cluster, 'a');
  announcer = await Announcer.start(cluster, observer);
}, 120_000);
afterAll(async () => {
  history?.stop();
  await announcer?.stop();
  await replica?.dispose();
  await observer?.close();
  await cluster?.dispose();
});
afterEach(async () => {
  replica.proxy.heal();
  // They are never forgotten: what breaks the first rule is not tried twice.
  expect([...history.violations, ...(await announcer.violations())]).toEqual([]);
});

async function create(name: string): Promise<void> {
  await cluster.put(service(name));
  made.add(`default/${name}`);
}

async function remove(name: string): Promise<void> {
  made.delete(`default/${name}`);
  announcer.release(history.addresses.get(`default/${name}`) ?? '');
  await cluster.remove(service(name));
}

async function createBatch(): Promise<void> {
  const batch = ++batches;
  await Promise.all(Array.from({ length: BATCH }, (_, index) => create(`b${batch}-${index}`)));
  await cluster.put(ingressOf(`default/b${batch}-0`));
}

function withoutAddress(): readonly string[] {
  return [...made].filter((key) => !history.addresses.has(key));
}

async function leader(): Promise<string | undefined> {
  return (await observer.get(LeaseKind, { namespace: NAMESPACE, name: CONTROLLER_LEASE }))?.spec?.holderIdentity;
}

/** Every Service has an address and is said to be announced, and nobody writes any more. */
async function expectConverged(): Promise<void> {
  await vi.waitFor(() => {
    expect(withoutAddress()).toEqual([]);
    expect([...history.pending]).toEqual([]);
    expect([...announcer.answers]).toEqual(expect.arrayContaining([...history.addresses.values()]));
    expect([...history.unannounced]).toEqual([]);
  }, SPEAKER_WAIT);
  await vi.waitFor(() => expectIngresses(observer, history.addresses), WAIT);
  await vi.waitFor(() => expect(performance.now() - (lastWrite()?.at ?? 0)).toBeGreaterThan(QUIET), WAIT);
}

function lastWrite(): SeenRequest | undefined {
  return replica.proxy.seen.findLast(isWrite);
}

/** What a replica may ask for since so many requests, at most, for so many batches, where each is tried so many times. */
function expectFewWrites(since: number, tries: number, batches = 1): void {
  const seen = replica.proxy.seen.slice(since);
  const writes = seen.filter(isWrite).map(({ path }) => path.replace(/^.*\/([^/]+)\/status\?.*$/, '$1'));
  expect(writes.length, writes.join(' ')).toBeLessThanOrEqual(WRITES * tries * batches);
  expect(seen.filter(isEvent).length).toBeLessThanOrEqual(EVENTS * tries * batches);
}

describe('killed', () => {
  afterEach(() => replica.process.stop('SIGKILL'));

  it.each([1, 2, 4, 6])('at write %i, which does not arrive, and started again', async (n) => {
    await createBatch();
    const before = replica.proxy.seen.length;
    const killed = replica.killAtWrite(n, false);
    replica.process.start();
    await killed;
    replica.process.start();
    await expectConverged();
    expectFewWrites(before, 2);
  });

  it('at every write, each of which arrives', async () => {
    await createBatch();
    const before = replica.proxy.seen.length;
    let lives = 0;
    for (let isDead = true; isDead; lives++) {
      const killed = replica.killAtWrite(1, true).then(() => true);
      replica.process.start();
      isDead = await Promise.race([killed, sleep(LIFE, false)]);
    }
    replica.proxy.heal();
    await expectConverged();
    expect(lives).toBeGreaterThan(BATCH);
    // In each life, as many more as there are connections for may be on their way and not arrive.
    expectFewWrites(before, 8);
  });
});

describe('while it runs', () => {
  beforeAll(async () => {
    replica.process.start();
    await expectConverged();
  });

  it.each<{ title: string; fault: Fault; matches: (seen: SeenRequest) => boolean; tries: number }>([
    { title: 'writes are reset', fault: { do: 'reset' }, matches: isStatusWrite, tries: 6 },
    { title: 'answers to writes break off', fault: { do: 'cut', after: 50 }, matches: isStatusWrite, tries: 6 },
    { title: 'writes are answered with 500', fault: { do: 'answer', status: 500 }, matches: isStatusWrite, tries: 6 },
    {
      title: 'writes are answered with 429',
      fault: { do: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: 1 },
      matches: isStatusWrite,
      tries: 4,
    },
    { title: 'watches are ended at once', fault: { do: 'answer', status: 200 }, matches: isWatch, tries: 2 },
    {
      title: 'watches are expired',
      fault: { do: 'answer', status: 410, reason: 'Expired' },
      matches: isWatch,
      tries: 2,
    },
    { title: 'nothing is answered', fault: { do: 'reset' }, matches: () => true, tries: 6 },
  ])('$title', async ({ fault, matches, tries }) => {
    const before = replica.proxy.seen.length;
    const end = replica.proxy.inject(fault, matches);
    if (matches !== isStatusWrite) replica.proxy.resetWatches();
    await createBatch();
    await sleep(1_000);
    end();
    await expectConverged();
    expectFewWrites(before, tries);
  });

  it.each<{ title: string; who: 'etcd' | 'apiServer'; harm: Harm }>([
    { title: 'etcd is stopped and started', who: 'etcd', harm: restartAfter('SIGTERM') },
    { title: 'etcd is killed and started', who: 'etcd', harm: restartAfter('SIGKILL') },
    { title: 'etcd is frozen for longer than the lease', who: 'etcd', harm: freeze },
    { title: 'the API server is stopped and started', who: 'apiServer', harm: endInOrder },
    { title: 'the API server is killed and started', who: 'apiServer', harm: restartAfter('SIGKILL') },
    { title: 'the API server is frozen for longer than the lease', who: 'apiServer', harm: freeze },
  ])('$title', async ({ who, harm }) => {
    const before = replica.proxy.seen.length;
    const { controlPlane } = cluster.cluster;
    await createBatch();
    await harm(controlPlane[who]);
    await controlPlane.ready();
    await createBatch();
    await expectConverged();
    expectFewWrites(before, 6, 2);
  });

  it('etcd is compacted while it hears nothing', async () => {
    const { controlPlane } = cluster.cluster;
    const before = replica.proxy.seen.length;
    replica.proxy.silenceWatches();
    await createBatch();
    await compact(cluster.cluster.api);
    const lists = replica.proxy.seen.filter(isServiceList).length;
    await controlPlane.apiServer.stop('SIGKILL');
    controlPlane.apiServer.start();
    await controlPlane.ready();
    await expectConverged();
    expectFewWrites(before, 2);
    expect(replica.proxy.seen.filter(isServiceList).length).toBeGreaterThan(lists);
  });

  it('the kinds of pools and of SpeakerStatus are deleted by force, and installed again', async () => {
    const before = replica.proxy.seen.length;
    await createBatch();
    await expectConverged();
    await deleteKinds(cluster.cluster, 'faults');
    await createBatch();
    await sleep(QUIET);
    expect(withoutAddress()).toHaveLength(BATCH);
    await cluster.cluster.install();
    await cluster.cluster.apply(POOL);
    await expectConverged();
    // All that hold an address are told that it is Retained, and then that it is Allocated again.
    expectFewWrites(before, 2, made.size / BATCH);
  });

  it('it leads again before it has heard of what it wrote', async () => {
    const { proxy } = replica;
    const statusOf = (name: string) => (seen: SeenRequest) => isStatusWrite(seen) && seen.path.includes(`/${name}/`);
    const hasTried = (name: string) => proxy.seen.slice(from).some(statusOf(name));
    await create('first');
    await expectConverged();
    const from = proxy.seen.length;
    const deposed = await timesDeposed();
    const blockWrites = proxy.inject({ do: 'reset' }, isStatusWrite);
    await create('second');
    await vi.waitFor(() => expect(hasTried('second')).toBe(true), WAIT);
    await create('third');
    await vi.waitFor(() => expect(hasTried('third')).toBe(true), WAIT);
    // Once more, all would be given anew: the first address to the second, the second's to the third.
    await remove('first');
    await sleep(QUIET);
    proxy.silenceWatches();
    proxy.inject({ do: 'cut', after: 10 }, statusOf('second'));
    proxy.inject({ do: 'reset' }, statusOf('third'));
    blockWrites();
    await vi.waitFor(() => expect(history.addresses.has('default/second')).toBe(true), WAIT);
    const blockLease = proxy.inject({ do: 'reset' }, ({ path }) => path.includes('/leases'));
    await vi.waitFor(async () => expect(await timesDeposed()).toBeGreaterThan(deposed), WAIT);
    blockLease();
    proxy.heal();
    await vi.waitFor(() => expect(withoutAddress()).toEqual([]), WAIT);
    proxy.resetWatches();
    await expectConverged();
  });

  it('the leader is paused past its lease, and another leads meanwhile', async () => {
    const second = await Replica.create(cluster, 'b');
    try {
      await vi.waitFor(async () => expect(await leader()).toBe('a'), WAIT);
      second.process.start();
      await vi.waitFor(() => expect(second.proxy.watches).toBeGreaterThanOrEqual(5), WAIT);
      await createBatch();
      replica.process.signal('SIGSTOP');
      await vi.waitFor(() => expect(withoutAddress()).toEqual([]), WAIT);
      await createBatch();
      await vi.waitFor(() => expect(withoutAddress()).toEqual([]), WAIT);
      const held = new Map(history.addresses);
      const before = replica.writes;
      replica.process.signal('SIGCONT');
      await createBatch();
      await expectConverged();
      expect(await leader()).toBe('b');
      expect(Object.fromEntries(history.addresses)).toMatchObject(Object.fromEntries(held));
      // What it was about to send when it was paused.
      expect(replica.writes - before).toBeLessThanOrEqual(8);
      expect(second.writes).toBeLessThanOrEqual(4 * WRITES);
    } finally {
      replica.process.signal('SIGCONT');
      await second.dispose();
    }
  });
});

async function timesDeposed(): Promise<number> {
  return (await replica.process.log()).split('no longer leading').length;
}

function isServiceList({ method, path }: SeenRequest): boolean {
  return method === 'GET' && path.startsWith('/api/v1/services') && !path.includes('watch=true');
}

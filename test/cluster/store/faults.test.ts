import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { keyOf } from '../../../src/api/object.ts';
import type { ClusterStore, ClusterStoreOptions } from '../../../src/store/cluster/cluster-store.ts';
import { service, WatchLog } from '../../store/conformance/harness.ts';
import { type Fault, type FaultProxy, isList, isWatch, type SeenRequest } from '../fault-proxy.ts';
import { QUICK, StoreCluster, WAIT } from './harness.ts';

let cluster: StoreCluster;
let proxy: FaultProxy;
let store: ClusterStore;
let log: WatchLog<Service>;

beforeAll(async () => {
  cluster = await StoreCluster.start();
});
afterAll(() => cluster?.dispose());

beforeEach(async () => {
  await cluster.clear();
  proxy = await cluster.startProxy();
  log = new WatchLog();
});
afterEach(async () => {
  await store?.close();
  await proxy.close();
});

function open(options: Partial<ClusterStoreOptions> = {}): void {
  store = cluster.openBehind(proxy, options);
}

async function watchUntilSynced(): Promise<void> {
  store.watch(ServiceKind, log);
  await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
  await vi.waitFor(() => expect(proxy.watches).toBe(1), WAIT);
}

/** What is done to the server arrives, each change once. */
async function expectFollows(name: string): Promise<void> {
  await cluster.put(service(name));
  await vi.waitFor(() => expect(log.lines).toContain(`ADDED default/${name}`), WAIT);
  await cluster.remove(service(name));
  await vi.waitFor(() => expect(log.lines).toContain(`DELETED default/${name}`), WAIT);
  expect(new Set(log.lines).size).toBe(log.lines.length);
}

function count(matches: (seen: SeenRequest) => boolean): number {
  return proxy.seen.filter(matches).length;
}

/** What each of these made of client-node's informer is counted in thousands of requests, or it stopped for good. */
const ENDINGS: readonly { readonly title: string; readonly fault: Fault }[] = [
  { title: 'closed at once', fault: { do: 'answer', status: 200 } },
  { title: 'answered with 410', fault: { do: 'answer', status: 410, reason: 'Expired' } },
  { title: 'answered with 500', fault: { do: 'answer', status: 500, reason: 'InternalError' } },
  { title: 'answered with 429', fault: { do: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: 1 } },
  { title: 'reset', fault: { do: 'reset' } },
];

it('makes a few requests for as long as each watch is ended, however that is done, and goes on afterwards', async () => {
  await cluster.put(service('before'));
  const clients = await Promise.all(
    ENDINGS.map(async ({ title, fault }) => {
      const own = await cluster.startProxy();
      const end = own.inject(fault, isWatch);
      const client = cluster.openBehind(own);
      const lines = new WatchLog<Service>();
      client.watch(ServiceKind, lines);
      return { title, own, end, client, lines };
    }),
  );
  await sleep(2_500);
  for (const { title, own, end, lines } of clients) {
    expect.soft(own.seen.length, title).toBeGreaterThanOrEqual(3);
    expect.soft(own.seen.length, title).toBeLessThanOrEqual(7);
    expect.soft(lines.lines, title).toEqual(['ADDED default/before', 'synced']);
    end();
  }
  await cluster.put(service('afterwards'));
  for (const { title, own, client, lines } of clients) {
    await vi.waitFor(() => expect(lines.lines, title).toContain('ADDED default/afterwards'), WAIT);
    await client.close();
    await own.close();
  }
});

describe('a watch goes on', () => {
  it.each([
    { title: 'a reset in the middle of it', cause: () => proxy.resetWatches(), lists: 1 },
    {
      title: 'an ERROR event with code 500',
      cause: () =>
        proxy.say({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcdserver: no leader' } }),
      lists: 1,
    },
    {
      title: 'an ERROR event with code 410',
      cause: () => proxy.say({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }),
      lists: 2,
    },
    { title: 'a line that is no event', cause: () => proxy.say({ type: 'RENAMED' }), lists: 1 },
  ])('after $title, and nothing is missed or told twice', async ({ cause, lists }) => {
    open({ timing: QUICK });
    await cluster.put(service('kept'));
    await cluster.put(service('removed'));
    await watchUntilSynced();
    const resume = proxy.inject({ do: 'stall' }, isWatch);
    cause();
    // Whoever overlooks it goes on with the watch there is.
    await vi.waitFor(() => expect(proxy.watches).toBe(0), WAIT);
    await cluster.put(service('kept', 'edited'));
    await cluster.remove(service('removed'));
    await cluster.put(service('added'));
    resume();
    proxy.server.closeAllConnections();
    await vi.waitFor(() => expect(log.lines).toHaveLength(6), WAIT);
    expect(log.lines.slice(3).sort()).toEqual([
      'ADDED default/added',
      'DELETED default/removed',
      'MODIFIED default/kept',
    ]);
    await expectFollows('afterwards');
    expect(count(isList)).toBe(lists);
  });

  it('after it has fallen silent', async () => {
    open({ timing: { ...QUICK, silentFor: 500 } });
    await watchUntilSynced();
    const { resourceVersion } =
      (await store.get(ServiceKind, { namespace: 'default', name: 'kubernetes' }))?.metadata ?? {};
    proxy.silenceWatches();
    proxy.say({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } });
    await cluster.put(service('meanwhile'));
    await vi.waitFor(() => expect(log.lines).toContain('ADDED default/meanwhile'), WAIT);
    expect(count(isWatch)).toBeGreaterThanOrEqual(2);
  });

  it('after the API server was killed and came back', async () => {
    open({ timing: QUICK });
    await watchUntilSynced();
    const { apiServer } = cluster.cluster.controlPlane;
    await apiServer.stop('SIGKILL');
    await sleep(500);
    apiServer.start();
    await cluster.cluster.controlPlane.ready();
    await expectFollows('afterwards');
  });
});

it('goes on by the same watch for a handler that throws at each event, and for others', async () => {
  open();
  let thrown = 0;
  store.watch(ServiceKind, {
    onEvent: () => {
      thrown++;
      throw new Error('a handler that fails');
    },
  });
  await watchUntilSynced();
  await expectFollows('meanwhile');
  expect([thrown, count(isList), count(isWatch)]).toEqual([2, 1, 1]);
});

describe('stopping', () => {
  it('while the list is under way opens no watch when that is answered', async () => {
    open();
    let answer = () => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    proxy.inject({ do: 'hold', until }, isList);
    const watch = store.watch(ServiceKind, log);
    await vi.waitFor(() => expect(proxy.seen).toHaveLength(1), WAIT);
    watch.stop();
    answer();
    await sleep(1_500);
    expect(proxy.seen).toHaveLength(1);
    expect(log.lines).toEqual([]);
  });

  it('leaves no watch open, however many have followed the same kind', async () => {
    open();
    const first = store.watch(ServiceKind, log);
    const second = store.watch(ServiceKind, new WatchLog());
    await vi.waitFor(() => expect(proxy.watches).toBe(1), WAIT);
    first.stop();
    await sleep(100);
    expect(proxy.watches).toBe(1);
    second.stop();
    await vi.waitFor(() => expect(proxy.watches).toBe(0), WAIT);
    expect(count(isWatch)).toBe(1);
  });
});

it('takes one connection for many requests, and keeps none of a watch that it gave up', async () => {
  open({ timing: QUICK });
  for (let reads = 0; reads < 200; reads++) await store.get(ServiceKind, { namespace: 'default', name: 'kubernetes' });
  expect(proxy.opened).toBe(1);
  await watchUntilSynced();
  for (let watches = 1; watches <= 3; watches++) {
    await vi.waitFor(() => expect([count(isWatch), proxy.watches]).toEqual([watches, 1]), WAIT);
    proxy.say({ type: 'ERROR', object: { kind: 'Status', code: 500 } });
  }
  await vi.waitFor(async () => expect([count(isWatch), await proxy.connections()]).toEqual([4, 2]), WAIT);
});

describe('objects', () => {
  it('are the same from a list, a watch and a get', async () => {
    open({ timing: QUICK });
    await watchUntilSynced();
    await cluster.put(service('web'));
    await vi.waitFor(() => expect(log.events).toHaveLength(1), WAIT);
    const fromWatch = log.events[0]?.object;
    expect(fromWatch?.metadata.creationTimestamp).toBeTypeOf('string');
    expect(await store.list(ServiceKind)).toEqual([fromWatch]);
    expect(await store.get(ServiceKind, { namespace: 'default', name: 'web' })).toEqual(fromWatch);
  });

  it('are gone when they change their type', async () => {
    open({ timing: QUICK });
    await watchUntilSynced();
    await cluster.put(service('web'));
    await cluster.put({ ...service('web'), spec: { type: 'ClusterIP' } } as Service);
    await vi.waitFor(() => expect(log.lines).toEqual(['synced', 'ADDED default/web', 'DELETED default/web']), WAIT);
  });

  it('of another type are delivered as far as they matter, where all are asked for', async () => {
    open({ timing: QUICK, services: 'all' });
    await watchUntilSynced();
    const web = service('web');
    const plain = (spec: object) =>
      ({ ...web, spec: { type: 'ClusterIP', ports: web.spec?.ports, ...spec } }) as Service;
    const told = () => log.lines.filter((line) => line.endsWith('default/web'));
    const isTold = (line: string) => vi.waitFor(() => expect(told().at(-1)).toBe(line), WAIT);
    await cluster.put(plain({ clusterIP: 'None' }));
    await cluster.remove(web);
    await cluster.put(plain({}));
    await isTold('ADDED default/web');
    expect(told()).toEqual(['ADDED default/web']);
    const clusterIPs = [expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)];
    expect(log.events.at(-1)?.object.spec).toEqual({ type: 'ClusterIP', clusterIPs });
    await cluster.put(plain({ externalIPs: ['192.0.2.9'] }));
    await isTold('MODIFIED default/web');
    expect(log.events.at(-1)?.object.spec).toEqual({ type: 'ClusterIP', clusterIPs, externalIPs: ['192.0.2.9'] });
  });
});

describe('a write', () => {
  const patch = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] } } as const;
  const isWrite = ({ method }: SeenRequest) => method === 'PATCH';

  it('waits as long as a 429 says', async () => {
    open();
    await cluster.put(service('web'));
    const end = proxy.inject({ do: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: 1 }, isWrite);
    const firstIsRefused = vi.waitFor(() => expect(count(isWrite)).toBe(1), WAIT).then(end);
    await Promise.all([store.patchStatus(ServiceKind, keyOf(service('web')), patch), firstIsRefused]);
    expect((await store.get(ServiceKind, keyOf(service('web'))))?.status?.loadBalancer).toEqual(patch.loadBalancer);
    const [first, second] = proxy.seen.filter(isWrite).map(({ at }) => at) as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(1000);
    expect(count(isWrite)).toBe(2);
  });

  it.each<{ title: string; fault: Fault }>([
    { title: 'is reset', fault: { do: 'reset' } },
    { title: 'breaks off', fault: { do: 'cut', after: 50 } },
    { title: 'is a 500', fault: { do: 'answer', status: 500, reason: 'InternalError' } },
  ])('is Unavailable where its answer $title, and can be made again', async ({ fault }) => {
    open();
    await cluster.put(service('web'));
    const end = proxy.inject(fault, isWrite);
    const code = await store.patchStatus(ServiceKind, keyOf(service('web')), patch).catch((error) => error.code);
    expect(code).toBe('Unavailable');
    end();
    await store.patchStatus(ServiceKind, keyOf(service('web')), patch);
    expect((await store.get(ServiceKind, keyOf(service('web'))))?.status?.loadBalancer).toEqual(patch.loadBalancer);
  });
});

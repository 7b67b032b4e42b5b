import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import type { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { EventRecorder } from '../../../src/store/cluster/event-recorder.ts';
import { LeaseLeadership } from '../../../src/store/cluster/lease-leadership.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { service } from '../../store/conformance/harness.ts';
import type { FaultProxy } from '../fault-proxy.ts';
import { NAMESPACE, StoreCluster } from './harness.ts';

const WAIT = { timeout: 15_000, interval: 10 };
const TIMING = { leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 300 };
const KEY = { namespace: NAMESPACE, name: 'berth-controller' };

let cluster: StoreCluster;
let stores: ClusterStore[];
let proxy: FaultProxy;
beforeAll(async () => {
  cluster = await StoreCluster.start();
  proxy = await cluster.startProxy();
  stores = [cluster.openBehind(proxy), cluster.open()];
});
afterAll(async () => {
  for (const store of stores ?? []) await store.close();
  await proxy?.close();
  await cluster?.dispose();
});

function contender(store: ClusterStore | undefined, identity: string): LeaseLeadership {
  if (store === undefined) throw new Error('no store');
  return new LeaseLeadership({ store, lease: KEY, identity, logger: silentLogger, timing: TIMING });
}

it('leads by a Lease, loses it where the server is out of reach, and hands it over when it stops', async () => {
  const [a, b] = [contender(stores[0], 'a'), contender(stores[1], 'b')];
  let both = 0;
  const look = setInterval(() => {
    if (a.held() && b.held()) both++;
  }, 1);
  a.start();
  await vi.waitFor(() => expect(a.held()).toBe(true), WAIT);
  b.start();
  await vi.waitFor(() => expect(b.holder()).toBe('a'), WAIT);
  const resume = proxy.inject({ do: 'stall' });
  await vi.waitFor(() => expect(b.held()).toBe(true), WAIT);
  expect(a.held()).toBe(false);
  resume();
  proxy.server.closeAllConnections();
  await vi.waitFor(() => expect(a.holder()).toBe('b'), WAIT);
  await b.stop();
  await vi.waitFor(() => expect(a.held()).toBe(true), WAIT);
  expect((await stores[1]?.get(LeaseKind, KEY))?.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 2 });
  await a.stop();
  expect((await stores[1]?.get(LeaseKind, KEY))?.spec?.holderIdentity ?? '').toBe('');
  clearInterval(look);
  expect(both).toBe(0);
});

it('tells of an object by an event that kubectl shows, and counts what goes on', async () => {
  const store = cluster.open();
  await cluster.put(service('web'));
  const object = (await store.list(ServiceKind))[0];
  if (object === undefined) throw new Error('no Service');
  const recorder = new EventRecorder({
    client: store.client,
    source: { component: 'berth-controller', instance: 'one' },
    logger: silentLogger,
    repeatEvery: 600,
  });
  recorder.record({ object, type: 'Warning', reason: 'PoolExhausted', message: 'every pool is full' }, true);
  await vi.waitFor(() => expect(recorder.sent).toBeGreaterThanOrEqual(3), WAIT);
  recorder.record({ object, type: 'Normal', reason: 'Allocated', message: 'holds 192.0.2.1' });
  await vi.waitFor(async () => {
    const described = await cluster.cluster.kubectl('describe', 'service', 'web');
    expect(described).toMatch(/Warning +PoolExhausted .*\(x\d+ over .*berth-controller +every pool is full/);
    expect(described).toMatch(/Normal +Allocated .*berth-controller +holds 192\.0\.2\.1/);
  }, WAIT);
  expect(recorder.dropped).toBe(0);
  recorder.stop();
  await store.close();
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { IngressKind } from '../../../src/api/kubernetes/ingress.ts';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { keyOf } from '../../../src/api/object.ts';
import type { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { service, WatchLog } from '../../store/conformance/harness.ts';
import { type Fault, type FaultProxy, isList } from '../fault-proxy.ts';
import { ingressOf } from '../faults/ingresses.ts';
import { QUICK, StoreCluster, WAIT } from './harness.ts';

/** One more than there are on a page. */
const MANY = 501;

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
  store = cluster.openBehind(proxy, { timing: QUICK });
  log = new WatchLog();
});
afterEach(async () => {
  await store?.close();
  await proxy.close();
});

async function expectFollows(name: string): Promise<void> {
  await cluster.put(service(name));
  await vi.waitFor(() => expect(log.lines).toContain(`ADDED default/${name}`), WAIT);
  await cluster.remove(service(name));
  await vi.waitFor(() => expect(log.lines).toContain(`DELETED default/${name}`), WAIT);
}

describe('a list', () => {
  it.each<{ title: string; fault: Fault }>([
    { title: 'a reset', fault: { do: 'reset' } },
    { title: 'half an answer', fault: { do: 'cut', after: 200 } },
    { title: 'a 429', fault: { do: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: 1 } },
    { title: 'a 500', fault: { do: 'answer', status: 500, reason: 'InternalError' } },
  ])('is done in the end after $title', async ({ fault }) => {
    await cluster.put(service('before'));
    const end = proxy.inject(fault, isList);
    store.watch(ServiceKind, log);
    await vi.waitFor(() => expect(proxy.seen.length).toBeGreaterThanOrEqual(1), WAIT);
    await sleep(300);
    expect(log.lines).toEqual([]);
    expect(proxy.seen.length).toBeLessThanOrEqual(5);
    end();
    await vi.waitFor(() => expect(log.lines).toEqual(['ADDED default/before', 'synced']), WAIT);
    await expectFollows('afterwards');
  });

  it('is done without the field selector where the server does not know it', async () => {
    proxy.inject({ do: 'answer', status: 400, reason: 'BadRequest' }, ({ path }) => path.includes('fieldSelector'));
    store.watch(ServiceKind, log);
    await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
    expect(log.lines).toEqual(['ADDED default/kubernetes', 'synced']);
    await expectFollows('afterwards');
    expect((await store.list(ServiceKind)).map(keyOf)).toEqual([{ namespace: 'default', name: 'kubernetes' }]);
  });

  it('comes in pages, and in one piece where the server has forgotten meanwhile what the pages were of', async () => {
    const names = Array.from({ length: MANY }, (_, index) => `i${index}`);
    const create = (name: string) =>
      cluster.cluster.api.call(
        'POST',
        '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
        ingressOf(`default/${name}`),
      );
    await Promise.all(names.map(create));
    for (const isForgotten of [false, true]) {
      const from = proxy.seen.length;
      const isFurther = ({ path }: { readonly path: string }) => path.includes('continue=');
      const end = isForgotten ? proxy.inject({ do: 'answer', status: 410, reason: 'Expired' }, isFurther) : () => {};
      const ingresses = new WatchLog();
      const watch = store.watch(IngressKind, ingresses);
      await vi.waitFor(() => expect(ingresses.lines.at(-1)).toBe('synced'), WAIT);
      watch.stop();
      end();
      expect(new Set(ingresses.lines)).toEqual(new Set([...names.map((name) => `ADDED default/${name}`), 'synced']));
      expect(ingresses.lines).toHaveLength(MANY + 1);
      const lists = proxy.seen.slice(from).filter(isList);
      const kinds = lists.map((seen) =>
        isFurther(seen) ? 'further' : seen.path.includes('limit=') ? 'first' : 'whole',
      );
      expect(kinds).toEqual(isForgotten ? ['first', 'further', 'whole'] : ['first', 'further']);
    }
  });
});

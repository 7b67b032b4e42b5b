import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import type { Kind } from '../../../src/api/kind.ts';
import { LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../../../src/api/object.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import type { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { EventRecorder } from '../../../src/store/cluster/event-recorder.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { LeaseLeadership } from '../../../src/store/cluster/lease-leadership.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { service, speaker, WatchLog } from '../../store/conformance/harness.ts';
import { NAMESPACE, StoreCluster } from './harness.ts';

const WAIT = { timeout: 15_000, interval: 10 };
const INGRESS = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] } } as const;

let cluster: StoreCluster;
beforeAll(async () => {
  cluster = await StoreCluster.start();
});
afterAll(() => cluster?.dispose());
beforeEach(() => cluster.clear());

/** A store with the rights of one of the daemons, and no others. */
async function openAs(name: string): Promise<ClusterStore> {
  const { kubeconfig } = await cluster.cluster.serviceAccount(NAMESPACE, name);
  return cluster.open({ credentials: await kubeconfigCredentials({ path: kubeconfig }) });
}

/** An object as whoever may see everything sees it. */
async function stateOf<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T> {
  const store = cluster.open();
  const object = await store.get(kind, key);
  await store.close();
  if (object === undefined) throw new Error(`there is no ${kind.kind}/${key.name}`);
  return object;
}

it('does all that a controller needs with the rights of the controller', async () => {
  await cluster.put(service('web'));
  const store = await openAs('berth-controller');
  for (const kind of [ServiceKind, NodeKind, IPAddressPoolKind, SpeakerStatusKind, LeaseKind]) {
    const log = new WatchLog();
    store.watch(kind, log);
    await vi.waitFor(() => expect(log.lines).toContain('synced'), WAIT);
  }
  await store.patchStatus(ServiceKind, keyOf(service('web')), INGRESS);
  const object = await stateOf(ServiceKind, keyOf(service('web')));
  expect(object.status?.loadBalancer).toEqual(INGRESS.loadBalancer);
  const lease = { namespace: NAMESPACE, name: 'berth-controller' };
  const leadership = new LeaseLeadership({ store, lease, identity: 'one', logger: silentLogger });
  leadership.start();
  await vi.waitFor(() => expect(leadership.held()).toBe(true), WAIT);
  await leadership.stop();
  const recorder = new EventRecorder({
    client: store.client,
    source: { component: 'berth-controller', instance: 'one' },
    logger: silentLogger,
    repeatEvery: 300,
  });
  recorder.record({ object, type: 'Normal', reason: 'Allocated', message: 'holds 192.0.2.1' }, true);
  await vi.waitFor(() => expect(recorder.sent).toBeGreaterThanOrEqual(2), WAIT);
  expect(recorder.dropped).toBe(0);
  recorder.stop();
  const counts = async () => {
    const { items } = await cluster.cluster.api.call<{ items: { reason: string; count: number }[] }>(
      'GET',
      '/api/v1/namespaces/default/events',
    );
    return items.filter(({ reason }) => reason === 'Allocated').map(({ count }) => count);
  };
  const [told = 0] = await counts();
  const source = { component: 'berth-controller', instance: 'two' };
  const next = new EventRecorder({ client: store.client, source, logger: silentLogger });
  next.record({ object, type: 'Normal', reason: 'Allocated', message: 'holds 192.0.2.1' });
  await vi.waitFor(() => expect(next.sent + next.dropped).toBe(1), WAIT);
  expect(await counts()).toEqual([told + 1]);
  next.stop();
  await store.close();
});

it('does all that a speaker needs with the rights of a speaker, and nothing else', async () => {
  await cluster.put(service('web'));
  const store = await openAs('berth-speaker');
  await store.create(SpeakerStatusKind, speaker('n1'));
  await store.patchStatus(SpeakerStatusKind, { name: 'n1' }, { withheld: [] });
  const patched = await stateOf(SpeakerStatusKind, { name: 'n1' });
  expect(patched.status).toEqual({ ...speaker('n1').status, withheld: [] });
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: NAMESPACE, name: 'berth-speaker-n1' },
    spec: { holderIdentity: 'one', leaseDurationSeconds: 90, renewTime: '2026-01-31T12:00:00Z' },
  } as const;
  await store.create(LeaseKind, lease);
  for (const renewTime of ['2026-01-31T12:00:30Z', '2026-01-31T12:01:00.5Z']) {
    const renewed = await store.update(LeaseKind, { ...lease, spec: { ...lease.spec, renewTime } });
    expect(Date.parse(renewed.spec?.renewTime ?? '')).toBe(Date.parse(renewTime));
  }
  await store.delete(LeaseKind, lease.metadata);
  await expect(store.patchStatus(ServiceKind, keyOf(service('web')), INGRESS)).rejects.toMatchObject({
    code: 'Forbidden',
  });
  await store.close();
});

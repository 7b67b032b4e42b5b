import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/api/kind.ts';
import { type Node, NodeKind } from '../../src/api/kubernetes/node.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { Snapshot } from '../../src/speaker/snapshot.ts';
import type { Store, WatchHandler } from '../../src/store/store.ts';

const ready = (status: 'True' | 'False', lastHeartbeatTime: string) => ({
  conditions: [{ type: 'Ready', status, ...{ lastHeartbeatTime } }],
});
const NODE: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', resourceVersion: '1' },
  status: ready('True', '2026-01-01T00:00:00Z'),
};
const SERVICE: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', resourceVersion: '1' },
  spec: { type: 'LoadBalancer' },
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
};
const condition = (type: string, status: 'True' | 'False') =>
  ({ type, status, reason: 'Any', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }) as const;

/** Tells everything by hand. */
async function open() {
  const handlers = new Map<string, WatchHandler<KubernetesObject>>();
  const watch = (kind: Kind<KubernetesObject>, handler: WatchHandler<KubernetesObject>) => {
    handlers.set(kind.kind, handler);
    return { stop: () => {} };
  };
  let changes = 0;
  const ignored = { onSpeakerStatus: () => {} };
  const snapshot = new Snapshot({ watch } as unknown as Pick<Store, 'watch'>, {
    onChange: () => changes++,
    ...ignored,
  });
  const tell = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) =>
    handlers.get(object.kind)?.onEvent({ type, object });
  tell('ADDED', NODE);
  tell('ADDED', SERVICE);
  for (const handler of handlers.values()) handler.onSynced?.();
  await snapshot.synced;
  expect(changes).toBe(0);
  const changesBy = (...told: Parameters<typeof tell>) => {
    const before = changes;
    tell(...told);
    return changes - before;
  };
  return { snapshot, changesBy };
}

describe('Snapshot', () => {
  it.each<{ title: string; object: Node | Service; changes: number }>([
    {
      title: 'the heartbeat of a node',
      object: {
        ...NODE,
        metadata: { name: 'n1', resourceVersion: '2' },
        status: ready('True', '2026-01-01T00:05:00Z'),
      },
      changes: 0,
    },
    {
      title: 'a node that is not ready any more',
      object: { ...NODE, status: ready('False', '2026-01-01T00:00:00Z') },
      changes: 1,
    },
    { title: 'a label of a node', object: { ...NODE, metadata: { name: 'n1', labels: { rack: 'a' } } }, changes: 1 },
    {
      title: 'that the address of a Service is announced',
      object: { ...SERVICE, status: { ...SERVICE.status, conditions: [condition('berth.dev/Announced', 'True')] } },
      changes: 0,
    },
    {
      title: 'that the address of a Service is allocated',
      object: { ...SERVICE, status: { ...SERVICE.status, conditions: [condition('berth.dev/Allocated', 'True')] } },
      changes: 1,
    },
    {
      title: 'another address of a Service',
      object: { ...SERVICE, status: { loadBalancer: { ingress: [{ ip: '192.0.2.2' }] } } },
      changes: 1,
    },
    {
      title: 'another traffic policy of a Service',
      object: { ...SERVICE, spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } },
      changes: 1,
    },
  ])('keeps $title, and tells of it $changes times', async ({ object, changes }) => {
    const { snapshot, changesBy } = await open();
    expect(changesBy('MODIFIED', object)).toBe(changes);
    const kept = object.kind === NodeKind.kind ? snapshot.nodes.get('n1') : snapshot.services.get('default/web');
    expect(kept).toBe(object);
  });

  const pool = (more: object) => ({
    ...{ apiVersion: 'berth.dev/v1beta1', kind: 'IPAddressPool', metadata: { name: 'p' } },
    ...{ spec: { addresses: ['192.0.2.0/24'] }, ...more },
  });
  const speaker = (status: object) => ({
    ...{ apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name: 'n2' }, status },
  });
  const slice = (ip: string, ready: boolean, service = 'web') => ({
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: { namespace: 'default', name: 'web-1', labels: { 'kubernetes.io/service-name': service } },
    endpoints: [{ addresses: [ip], nodeName: 'n1', conditions: { ready } }],
  });
  const advertisement = (more: object) => ({
    ...{ apiVersion: 'berth.dev/v1beta1', kind: 'L2Advertisement', metadata: { name: 'default' } },
    ...{ spec: { offSubnet: 'Skip' }, ...more },
  });
  it.each<[string, KubernetesObject, KubernetesObject, number]>([
    ['the counters of a pool', pool({}), pool({ status: { assignedIPv4: 1 } }), 0],
    ['the ranges of a pool', pool({}), pool({ spec: { addresses: [] } }), 1],
    ['what a pool retains', pool({}), pool({ status: { retained: [{ address: '192.0.2.1', service: 'a/b' }] } }), 1],
    ['what another speaker answers for', speaker({ interfaces: [] }), speaker({ interfaces: [], l2: [{}] }), 0],
    ['an interface of another node', speaker({ interfaces: [] }), speaker({ interfaces: [{}] }), 1],
    ['another Pod on the same node', slice('10.0.0.1', true), slice('10.0.0.2', true), 0],
    ['an endpoint that serves no more', slice('10.0.0.1', true), slice('10.0.0.1', false), 1],
    ['the Service of a slice', slice('10.0.0.1', true), slice('10.0.0.1', true, 'api'), 1],
    ['the conditions of an advertisement', advertisement({}), advertisement({ status: { conditions: [] } }), 0],
    ['the spec of an advertisement', advertisement({}), advertisement({ spec: { offSubnet: 'Announce' } }), 1],
  ])('tells of %s as often as it matters', async (_, before, after, changes) => {
    const { changesBy } = await open();
    expect(changesBy('ADDED', before)).toBe(1);
    expect(changesBy('MODIFIED', after)).toBe(changes);
  });

  it('knows the slices of a Service', async () => {
    const { snapshot, changesBy } = await open();
    changesBy('ADDED', slice('10.0.0.1', true));
    changesBy('MODIFIED', slice('10.0.0.2', true));
    expect(snapshot.slicesOf('default/web')).toEqual([slice('10.0.0.2', true)]);
    changesBy('MODIFIED', slice('10.0.0.2', true, 'api'));
    expect([snapshot.slicesOf('default/web'), snapshot.slicesOf('default/api')]).toMatchObject([[], [{}]]);
    changesBy('DELETED', slice('10.0.0.2', true, 'api'));
    expect(snapshot.slicesOf('default/api')).toEqual([]);
  });

  it('tells that a Service is gone, and that it is back', async () => {
    const { snapshot, changesBy } = await open();
    expect(changesBy('DELETED', SERVICE)).toBe(1);
    expect(snapshot.services.size).toBe(0);
    expect(changesBy('ADDED', SERVICE)).toBe(1);
  });
});

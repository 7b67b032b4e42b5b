import { describe, expect, it } from 'vitest';
import { mustParse } from '../../../src/api/define-kind.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { ObjectSet } from '../../../src/cli/plan/overlay.ts';

const service = (metadata: object, rest: object = {}) =>
  mustParse(ServiceKind, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', ...metadata }, ...rest });

const HELD = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };

describe('ObjectSet', () => {
  it('lays a file over the object that is there: what it asks for changes, what it is and holds does not', () => {
    const objects = new ObjectSet();
    const live = service(
      { creationTimestamp: '2026-01-01T00:00:00Z', uid: 'u1', labels: { a: '1' } },
      { spec: { type: 'LoadBalancer' }, status: HELD },
    );
    objects.put(ServiceKind, live);
    const file = service({ labels: { b: '2' } }, { spec: { type: 'ClusterIP' }, status: { loadBalancer: {} } });
    objects.apply({ kind: ServiceKind, object: file });
    expect(objects.values()).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'web',
          namespace: 'default',
          creationTimestamp: '2026-01-01T00:00:00Z',
          uid: 'u1',
          labels: { b: '2' },
        },
        spec: { type: 'ClusterIP' },
        status: HELD,
      },
    ]);
  });

  it('takes a file as it is where there is no such object, or one without status', () => {
    const objects = new ObjectSet();
    const file = service({}, { status: HELD });
    objects.apply({ kind: ServiceKind, object: file });
    expect(objects.values()).toEqual([file]);
    objects.put(ServiceKind, service({}));
    objects.apply({ kind: ServiceKind, object: file });
    expect(objects.values()).toEqual([file]);
  });

  it.each([
    ['goes on being deleted in a cluster', false, true],
    ['is no longer deleted where its file returns to a folder', true, false],
  ])('an object that is being deleted %s', (_, isFolder, isDeleted) => {
    const objects = new ObjectSet(isFolder);
    const file = service({});
    objects.put(ServiceKind, { ...file, metadata: { ...file.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    objects.apply({ kind: ServiceKind, object: file });
    expect(objects.values()[0]?.metadata.deletionTimestamp !== undefined).toBe(isDeleted);
  });

  it('takes away what is named, and nothing else', () => {
    const objects = new ObjectSet();
    const web = service({});
    objects.put(ServiceKind, web);
    expect(objects.take(ServiceKind, { namespace: 'team-a', name: 'web' })).toBeUndefined();
    expect(objects.take(ServiceKind, { namespace: 'default', name: 'web' })).toBe(web);
    expect(objects.size).toBe(0);
  });
});

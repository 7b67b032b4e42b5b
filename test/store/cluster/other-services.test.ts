import { describe, expect, it } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { trimService } from '../../../src/store/cluster/other-services.ts';

const names = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '7', generation: 2 };
const condition = { type: 'berth.dev/Allocated', status: 'True', reason: 'Allocated', message: '' };
const ingress = [{ ip: '192.0.2.1' }];

/** As an API server has it. */
const service = (type: string | undefined, spec: object = {}, status: object = { loadBalancer: {} }) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    ...names,
    labels: { app: 'web' },
    annotations: { note: 'long' },
    managedFields: [{ manager: 'kubectl' }],
  },
  spec: { type, ports: [{ port: 80 }], selector: { app: 'web' }, ...spec },
  status,
});

describe('trimService', () => {
  it.each(['ClusterIP', 'NodePort', 'ExternalName', undefined])(
    'keeps nothing of a Service of type %s that occupies no address',
    (type) => {
      expect(trimService(service(type))).toBeUndefined();
      expect(trimService(service(type, { clusterIP: 'None', clusterIPs: ['None'] }))).toBeUndefined();
      expect(trimService(service(type, { externalIPs: [] }, { conditions: [], loadBalancer: { ingress: [] } }))).toBe(
        undefined,
      );
      expect(trimService({ ...service(type), spec: undefined, status: undefined })).toBeUndefined();
    },
  );

  it.each([
    ['the addresses it occupies', { externalIPs: ['192.0.2.9'] }, {}],
    ['its cluster IPs', { clusterIPs: ['10.96.0.7', 'fd00::7'] }, {}],
    ['the conditions that it has', {}, { conditions: [condition] }],
    ['the addresses that it was given', {}, { loadBalancer: { ingress } }],
    ['both', { externalIPs: ['192.0.2.9'] }, { conditions: [condition], loadBalancer: { ingress } }],
  ])('keeps of a Service of another type %s, and that it is one', (_, spec, status) => {
    const kept = trimService(service('NodePort', spec, status));
    expect(kept).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: names,
      spec: { type: 'NodePort', ...spec },
      ...(Object.keys(status).length === 0 ? {} : { status }),
    });
    expect(ServiceKind.parse(kept)).toMatchObject({ ok: true });
  });

  it('takes the one cluster IP of an old server for all', () => {
    expect(trimService(service('ClusterIP', { clusterIP: '10.96.0.7' }))).toMatchObject({
      spec: { type: 'ClusterIP', clusterIPs: ['10.96.0.7'] },
    });
  });

  it('keeps of a Service of type LoadBalancer all that Berth reads', () => {
    const { managedFields: _, ...metadata } = service('LoadBalancer').metadata;
    expect(trimService(service('LoadBalancer'))).toEqual({ ...service('LoadBalancer'), metadata });
  });

  it('hands on what is no Service', () => {
    expect(trimService('nonsense')).toBe('nonsense');
  });
});

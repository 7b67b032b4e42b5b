import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../src/api/kind.ts';
import { EndpointSliceKind } from '../../../src/api/kubernetes/endpoint-slice.ts';
import { LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { NamespaceKind } from '../../../src/api/kubernetes/namespace.ts';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import type { KubernetesObject } from '../../../src/api/object.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';

/** An object of each kind as an API server gives it out, with fields that Berth does not read. */
const WHOLE: readonly [Kind<KubernetesObject>, object][] = [
  [
    ServiceKind,
    {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.10',
        clusterIPs: ['10.96.0.10', 'fd00:96::a'],
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'PreferDualStack',
        ports: [
          { name: 'http', protocol: 'TCP', port: 80, targetPort: 'web', nodePort: 30080, appProtocol: 'http' },
          { name: 'dns', protocol: 'UDP', port: 53, targetPort: 5353, nodePort: 0 },
        ],
        selector: { app: 'web' },
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 31000,
        externalIPs: ['198.51.100.1'],
        loadBalancerIP: '192.0.2.1',
        loadBalancerClass: 'example.com/lb',
        allocateLoadBalancerNodePorts: false,
        sessionAffinity: 'None',
      },
      status: {
        loadBalancer: {
          ingress: [
            { ip: '192.0.2.1', ipMode: 'VIP', ports: [{ port: 80, protocol: 'TCP', error: 'x' }] },
            { hostname: 'lb.example' },
          ],
        },
        conditions: [{ type: 'example.com/Other', status: 'Unknown' }],
      },
    },
  ],
  [
    NodeKind,
    {
      spec: {
        podCIDR: '10.244.1.0/24',
        podCIDRs: ['10.244.1.0/24'],
        taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute', timeAdded: '2026-01-01T00:00:00Z' }],
        unschedulable: true,
        providerID: 'x',
      },
      status: {
        addresses: [{ type: 'InternalIP', address: '192.0.2.11' }],
        conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' }],
        nodeInfo: { kernelVersion: '6' },
      },
    },
  ],
  [
    EndpointSliceKind,
    {
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.2'],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: 'n1',
          zone: 'a',
        },
      ],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    },
  ],
  [NamespaceKind, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }],
  [
    LeaseKind,
    {
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:01.123456Z',
        leaseTransitions: 0,
        strategy: 'OldestEmulationVersion',
      },
    },
  ],
];

describe.each(WHOLE)('$kind', (kind, members) => {
  const header = { apiVersion: kind.apiVersion, kind: kind.kind };
  const metadata = { name: 'one', ...(kind.namespaced ? { namespace: 'default' } : {}) };

  it('passes a whole object through untouched', () => {
    const object = { ...header, metadata: { ...metadata, managedFields: [{ manager: 'kubectl' }] }, ...members };
    expect(mustParse(kind, object)).toEqual(object);
  });

  it('is content with a name', () => {
    expect(mustParse(kind, { ...header, metadata: { name: 'one' } })).toEqual({ ...header, metadata });
  });

  it('refuses an object of another kind or without a name', () => {
    expect(kind.parse({ ...header, kind: 'Pod', metadata: {} })).toMatchObject({
      ok: false,
      faults: [
        { field: 'kind', message: `must be "${kind.kind}", not "Pod"` },
        { field: 'metadata.name', message: 'is required' },
      ],
    });
  });
});

describe('a port without a protocol', () => {
  it('is TCP', () => {
    const header = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };
    expect(mustParse(ServiceKind, { ...header, spec: { ports: [{ port: 80 }] } }).spec?.ports).toEqual([
      { port: 80, protocol: 'TCP' },
    ]);
  });
});

describe('a Service of two families', () => {
  const parse = (spec: object) =>
    ServiceKind.parse({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });

  it.each([undefined, 'SingleStack'])('is refused with the policy %s, as an API server does it', (ipFamilyPolicy) => {
    expect(parse({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy })).toEqual({
      ok: false,
      faults: [
        {
          field: 'spec.ipFamilyPolicy',
          message: 'must be RequireDualStack or PreferDualStack where two ipFamilies are named',
        },
      ],
    });
  });

  it.each(['PreferDualStack', 'RequireDualStack'])('is one with the policy %s', (ipFamilyPolicy) => {
    expect(parse({ ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy }).ok).toBe(true);
  });
});

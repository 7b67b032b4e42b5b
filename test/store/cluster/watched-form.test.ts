import { describe, expect, it } from 'vitest';
import { EndpointSliceKind } from '../../../src/api/kubernetes/endpoint-slice.ts';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { trimNode, trimReport, trimSlice } from '../../../src/store/cluster/watched-form.ts';

const metadata = { name: 'n1', uid: 'u1', labels: { 'kubernetes.io/service-name': 'web' } };
/** As the API server sends it. */
const sent = <T extends { readonly metadata: object }>({ metadata, ...rest }: T) => {
  return { ...rest, metadata: { ...metadata, resourceVersion: '7', managedFields: [] } };
};

describe('trimReport', () => {
  const interfaces = [{ name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: ['192.0.2.11/24'], gateways: [] }];
  const report = (status: object) => ({ apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata, status });
  const entry = { address: '192.0.2.50', service: 'default/web', interface: 'eth0', role: 'Owner' };

  it.each([
    [{ interfaces, l2: [entry], sessions: [], withheld: [], conflicts: [], unlisted: 3 }, { interfaces }],
    [{ l2: [entry] }, {}],
  ])('of %j keeps %j', (status, kept) => {
    expect(trimReport(sent(report(status)))).toEqual(report(kept));
    expect(SpeakerStatusKind.parse(trimReport(report(status)))).toMatchObject({ ok: true });
  });

  it('leaves what it does not understand to the schema', () => {
    expect([7, { kind: 'SpeakerStatus' }, report(7 as never)].map(trimReport)).toEqual([
      7,
      { kind: 'SpeakerStatus' },
      report(7 as never),
    ]);
  });
});

describe('trimSlice', () => {
  const slice = (rest: object) => ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, ...rest });

  it('keeps which nodes serve, and nothing of the Pods', () => {
    const endpoint = { addresses: ['10.0.0.7'], targetRef: { kind: 'Pod', name: 'web-1' }, zone: 'a' };
    const conditions = { ready: false, serving: true, terminating: true };
    const ports = [{ name: 'http', port: 8080, protocol: 'TCP' }];
    const endpoints = [{ ...endpoint, nodeName: 'n1', conditions }, endpoint];
    const trimmed = trimSlice(sent(slice({ addressType: 'IPv4', ports, endpoints })));
    expect(trimmed).toEqual(slice({ addressType: 'IPv4', endpoints: [{ nodeName: 'n1', conditions }, {}] }));
    expect(EndpointSliceKind.parse(trimmed)).toMatchObject({ ok: true });
  });

  it('leaves what it does not understand to the schema', () => {
    expect([7, slice({ endpoints: 7 }), slice({ endpoints: [7] })].map(trimSlice)).toEqual([
      7,
      slice({ endpoints: 7 }),
      slice({ endpoints: [7] }),
    ]);
  });
});

describe('trimNode', () => {
  const node = (annotations: object | undefined, spec: object, status: object) => {
    const named = { ...metadata, ...(annotations === undefined ? {} : { annotations }) };
    return { apiVersion: 'v1', kind: 'Node', metadata: named, spec, status };
  };
  const spec = { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'], taints: [{ key: 'k', effect: 'NoSchedule' }] };
  const status = {
    addresses: [{ type: 'InternalIP', address: '192.0.2.11' }],
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' }],
  };

  it('keeps what decides about a node, and nothing of what others keep there', () => {
    const others = { 'projectcalico.org/IPv4Address': '192.0.2.11/24' };
    const conditions = status.conditions.map((each) => ({ ...each, lastHeartbeatTime: '2026-01-01T00:00:00Z' }));
    const own = { capacity: { cpu: '8' }, nodeInfo: { kernelVersion: '6.1' }, volumesAttached: [{ name: 'v' }] };
    const trimmed = trimNode(
      sent(
        node(
          { ...others, 'berth.dev/drain': 'true' },
          { ...spec, providerID: 'kind://n1' },
          { ...status, ...own, conditions },
        ),
      ),
    );
    expect(trimmed).toEqual(node({ 'berth.dev/drain': 'true' }, spec, status));
    expect(trimNode(node(others, {}, {}))).toEqual(node(undefined, {}, {}));
    // Read as it is, so that a heartbeat is told from news by comparing.
    expect(NodeKind.parse(trimmed)).toEqual({ ok: true, object: trimmed });
  });

  it('leaves what it does not understand to the schema', () => {
    const odd = [
      7,
      { kind: 'Node' },
      { kind: 'Node', metadata: { name: 'n1' }, spec: 7 },
      node(undefined, {}, { conditions: 7 }),
      node(undefined, {}, { conditions: [7] }),
    ];
    expect(odd.map(trimNode)).toEqual(odd);
  });
});

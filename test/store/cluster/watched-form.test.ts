import { describe, expect, it } from 'vitest';
import { EndpointSliceKind } from '../../../src/api/kubernetes/endpoint-slice.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { trimReport, trimSlice } from '../../../src/store/cluster/watched-form.ts';

const metadata = { name: 'n1', uid: 'u1', resourceVersion: '7', labels: { 'kubernetes.io/service-name': 'web' } };

describe('trimReport', () => {
  const interfaces = [{ name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: ['192.0.2.11/24'], gateways: [] }];
  const report = (status: object) => ({ apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata, status });
  const entry = { address: '192.0.2.50', service: 'default/web', interface: 'eth0', role: 'Owner' };

  it.each([
    [{ interfaces, l2: [entry], sessions: [], withheld: [], conflicts: [], unlisted: 3 }, { interfaces }],
    [{ l2: [entry] }, {}],
  ])('of %j keeps %j', (status, kept) => {
    expect(trimReport(report(status))).toEqual(report(kept));
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
    const trimmed = trimSlice(
      slice({
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        endpoints: [{ ...endpoint, nodeName: 'n1', conditions }, endpoint],
      }),
    );
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

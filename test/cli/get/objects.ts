import { IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import { LeaseKind } from '../../../src/api/kubernetes/lease.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';

export const NOW = new Date('2026-01-02T00:00:00Z');
export const CREATED = '2026-01-01T00:00:00Z';

export const condition = (type: string, status: string, reason: string, message = 'why') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: CREATED,
});

export const pool = (name: string, addresses: string[], status?: object) =>
  mustParse(IPAddressPoolKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: { name, creationTimestamp: CREATED },
    spec: { addresses },
    status,
  });

export const service = (name: string, spec: object, status?: object) =>
  mustParse(ServiceKind, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, creationTimestamp: '2026-01-01T23:00:00Z' },
    spec: { type: 'LoadBalancer', ...spec },
    status,
  });

export const speaker = (name: string, status: object) =>
  mustParse(SpeakerStatusKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'SpeakerStatus',
    metadata: { name },
    status,
  });

export const lease = (node: string, renewTime: string) =>
  mustParse(LeaseKind, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'berth-system', name: `berth-speaker-${node}` },
    spec: { holderIdentity: node, leaseDurationSeconds: 40, renewTime },
  });

import { describe, expect, it } from 'vitest';
import { sortByKind } from '../../src/explain/objects-by-kind.ts';
import { pool, service } from '../allocator/builders.ts';

const KINDS = [
  ...['L2Advertisement', 'SpeakerStatus', 'Node', 'Namespace', 'EndpointSlice', 'ServiceCIDR'],
  ...['Ingress', 'IngressClass', 'Gateway', 'GatewayClass', 'Lease', 'Secret'],
  ...['BGPPeer', 'BGPAdvertisement', 'BFDProfile', 'Community'],
];

describe('sortByKind', () => {
  it('keeps the order within each kind, and leaves out what nothing is explained by', () => {
    const others = KINDS.map((kind) => ({ apiVersion: 'v1', kind, metadata: { name: kind } }));
    const a = service('a');
    const b = service('b');
    const sorted = sortByKind([b, ...others, pool('p', '192.0.2.0/24'), a]);
    expect(sorted.services).toEqual([b, a]);
    expect(Object.values(sorted).map((list) => list.length)).toEqual([2, ...Array.from({ length: 16 }, () => 1)]);
    expect(Object.values(sorted).flat()).not.toContainEqual(expect.objectContaining({ kind: 'Secret' }));
  });
});

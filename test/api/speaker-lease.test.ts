import { describe, expect, it } from 'vitest';
import { leaseKeyOf, nodeOfLease } from '../../src/api/speaker-lease.ts';

const lease = (namespace: string, name: string) =>
  ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } }) as const;

describe('nodeOfLease', () => {
  it.each([
    ['berth-system', 'berth-speaker-n1', 'n1'],
    ['berth-system', 'berth-speaker-berth-speaker-n1', 'berth-speaker-n1'],
    ['berth-system', 'berth-controller', undefined],
    ['kube-node-lease', 'berth-speaker-n1', undefined],
    ['kube-node-lease', 'n1', undefined],
  ])('of %s/%s is %s', (namespace, name, node) => {
    expect(nodeOfLease(lease(namespace, name))).toBe(node);
  });

  it('finds the node for which the key was made', () => {
    const { namespace, name } = leaseKeyOf('a-node.example');
    expect(nodeOfLease(lease(namespace, name))).toBe('a-node.example');
  });
});

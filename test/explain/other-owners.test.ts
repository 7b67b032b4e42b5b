import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { otherOwners } from '../../src/explain/other-owners.ts';
import { service } from '../allocator/builders.ts';

const writtenBy = (...managers: readonly string[]): Service => {
  const web = service('web');
  const fieldsV1 = { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } };
  const managedFields = managers.map((manager) => ({ manager, operation: 'Update', subresource: 'status', fieldsV1 }));
  return { ...web, metadata: { ...web.metadata, managedFields } } as Service;
};
const withCondition = (type: string): Service => ({
  ...service('web'),
  status: { conditions: [{ type, status: 'True' }] },
});
const withFinalizer = (name: string): Service => {
  const web = service('web');
  return { ...web, metadata: { ...web.metadata, finalizers: [name] } };
};

describe('otherOwners', () => {
  it.each<[string, Service, readonly string[]]>([
    ['nobody', service('web'), []],
    [
      'kube-vip',
      service('web', { labels: { implementation: 'kube-vip' } }),
      ['the label implementation=kube-vip of kube-vip'],
    ],
    ['nobody by another value', service('web', { labels: { implementation: 'ours' } }), []],
    [
      'PureLB',
      service('web', { annotations: { 'purelb.io/allocated-by': 'PureLB' } }),
      ['the annotation purelb.io/allocated-by of PureLB'],
    ],
    [
      'MetalLB',
      service('web', { annotations: { 'metallb.io/ip-allocated-from-pool': 'a' } }),
      ['the annotation metallb.io/ip-allocated-from-pool of MetalLB'],
    ],
    ['nobody by a request in its spelling', service('web', { annotations: { 'metallb.io/address-pool': 'a' } }), []],
    [
      'Cilium',
      withCondition('cilium.io/IPAMRequestSatisfied'),
      ['the condition cilium.io/IPAMRequestSatisfied of Cilium'],
    ],
    [
      'a cloud',
      withFinalizer('service.kubernetes.io/load-balancer-cleanup'),
      ['the finalizer service.kubernetes.io/load-balancer-cleanup of a cloud controller manager or k3s ServiceLB'],
    ],
    ['who wrote its addresses', writtenBy('kube-vip', 'berth'), ['addresses in the status written by kube-vip']],
    ['nobody where we did', writtenBy('berth'), []],
  ])('finds %s', (_, of, expected) => {
    expect(otherOwners(of)).toEqual(expected);
  });
});

import { mustParse } from '../../src/api/define-kind.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../../src/api/ip-address-pool.ts';
import { type Node, NodeKind } from '../../src/api/kubernetes/node.ts';
import { type Service, ServiceKind } from '../../src/api/kubernetes/service.ts';
import { type L2Advertisement, L2AdvertisementKind } from '../../src/api/l2-advertisement.ts';

/** A pool that offers these. */
export function pool(name: string, addresses: readonly string[], more: object = {}): IPAddressPool {
  return mustParse(IPAddressPoolKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: { name },
    spec: { addresses },
    ...more,
  });
}

/** The advertisement that the install brings, or one with a spec of its own. */
export function advertisement(spec: object = {}, name = 'default'): L2Advertisement {
  return mustParse(L2AdvertisementKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'L2Advertisement',
    metadata: { name },
    spec,
  });
}

/** A Service of type LoadBalancer in namespace default that holds these addresses. */
export function service(name: string, addresses: readonly string[], more: { spec?: object; status?: object } = {}) {
  return mustParse(ServiceKind, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }], ...more.spec },
    status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) }, ...more.status },
  }) as Service;
}

export function node(name: string): Node {
  return mustParse(NodeKind, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
}

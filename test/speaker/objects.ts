import { type IPAddressPool, IPAddressPoolKind } from '../../src/api/ip-address-pool.ts';
import { type Node, NodeKind } from '../../src/api/kubernetes/node.ts';
import { type Service, ServiceKind } from '../../src/api/kubernetes/service.ts';
import { type L2Advertisement, L2AdvertisementKind } from '../../src/api/l2-advertisement.ts';
import { mustParse } from '../../src/api/schema/define-kind.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../src/api/speaker-status.ts';

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

/** What the speaker of a node reports of its interfaces: `eth0`, `eth1` and so on, with these addresses each. */
export function speakerStatus(name: string, ...addresses: readonly (readonly string[])[]): SpeakerStatus {
  const last = name.replace(/\D/g, '').padStart(2, '0');
  const interfaces = addresses.map((own, index) => {
    return { name: `eth${index}`, mac: `02:00:00:00:0${index}:${last}`, up: true, addresses: own, gateways: [] };
  });
  return mustParse(SpeakerStatusKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'SpeakerStatus',
    metadata: { name },
    status: { interfaces },
  });
}

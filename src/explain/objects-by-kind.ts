import type { BFDProfile } from '../api/bfd-profile.ts';
import type { BGPAdvertisement } from '../api/bgp-advertisement.ts';
import type { BGPPeer } from '../api/bgp-peer.ts';
import type { Community } from '../api/community.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { EndpointSlice } from '../api/kubernetes/endpoint-slice.ts';
import type { Gateway } from '../api/kubernetes/gateway.ts';
import type { GatewayClass } from '../api/kubernetes/gateway-class.ts';
import type { Ingress } from '../api/kubernetes/ingress.ts';
import type { IngressClass } from '../api/kubernetes/ingress-class.ts';
import type { Lease } from '../api/kubernetes/lease.ts';
import type { Namespace } from '../api/kubernetes/namespace.ts';
import type { Node } from '../api/kubernetes/node.ts';
import type { Service } from '../api/kubernetes/service.ts';
import type { ServiceCIDR } from '../api/kubernetes/service-cidr.ts';
import type { L2Advertisement } from '../api/l2-advertisement.ts';
import type { KubernetesObject } from '../api/object.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';

/** The objects that decisions are made from, each list in the order given. */
export interface ObjectsByKind {
  readonly services: readonly Service[];
  readonly pools: readonly IPAddressPool[];
  readonly advertisements: readonly L2Advertisement[];
  readonly speakers: readonly SpeakerStatus[];
  readonly nodes: readonly Node[];
  readonly namespaces: readonly Namespace[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly serviceCIDRs: readonly ServiceCIDR[];
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  readonly gateways: readonly Gateway[];
  readonly gatewayClasses: readonly GatewayClass[];
  readonly leases: readonly Lease[];
  /** Those of BGP. */
  readonly peers: readonly BGPPeer[];
  readonly routeAdvertisements: readonly BGPAdvertisement[];
  readonly profiles: readonly BFDProfile[];
  readonly communities: readonly Community[];
}

/** Sorts objects, already checked by their kinds, into lists; objects of other kinds decide nothing and are left out. */
export function sortByKind(objects: readonly KubernetesObject[]): ObjectsByKind {
  const of = <T extends KubernetesObject>(kind: string) => objects.filter((object) => object.kind === kind) as T[];
  return {
    services: of<Service>('Service'),
    pools: of<IPAddressPool>('IPAddressPool'),
    advertisements: of<L2Advertisement>('L2Advertisement'),
    speakers: of<SpeakerStatus>('SpeakerStatus'),
    nodes: of<Node>('Node'),
    namespaces: of<Namespace>('Namespace'),
    endpointSlices: of<EndpointSlice>('EndpointSlice'),
    serviceCIDRs: of<ServiceCIDR>('ServiceCIDR'),
    ingresses: of<Ingress>('Ingress'),
    ingressClasses: of<IngressClass>('IngressClass'),
    gateways: of<Gateway>('Gateway'),
    gatewayClasses: of<GatewayClass>('GatewayClass'),
    leases: of<Lease>('Lease'),
    peers: of<BGPPeer>('BGPPeer'),
    routeAdvertisements: of<BGPAdvertisement>('BGPAdvertisement'),
    profiles: of<BFDProfile>('BFDProfile'),
    communities: of<Community>('Community'),
  };
}

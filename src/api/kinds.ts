import { BFDProfileKind } from './bfd-profile.ts';
import { BGPAdvertisementKind } from './bgp-advertisement.ts';
import { BGPPeerKind } from './bgp-peer.ts';
import { CommunityKind } from './community.ts';
import { IPAddressPoolKind } from './ip-address-pool.ts';
import type { Kind } from './kind.ts';
import { EndpointSliceKind } from './kubernetes/endpoint-slice.ts';
import { GatewayKind } from './kubernetes/gateway.ts';
import { GatewayClassKind } from './kubernetes/gateway-class.ts';
import { IngressKind } from './kubernetes/ingress.ts';
import { IngressClassKind } from './kubernetes/ingress-class.ts';
import { LeaseKind } from './kubernetes/lease.ts';
import { NamespaceKind } from './kubernetes/namespace.ts';
import { NodeKind } from './kubernetes/node.ts';
import { ServiceKind } from './kubernetes/service.ts';
import { ServiceCIDRKind } from './kubernetes/service-cidr.ts';
import { L2AdvertisementKind } from './l2-advertisement.ts';
import type { KubernetesObject } from './object.ts';
import type { CustomKind } from './schema/custom-kind.ts';
import { SpeakerStatusKind } from './speaker-status.ts';

/** Our own kinds: those that have a CustomResourceDefinition and that an install brings. */
export const CUSTOM_KINDS: readonly CustomKind<KubernetesObject>[] = [
  IPAddressPoolKind,
  L2AdvertisementKind,
  BGPPeerKind,
  BGPAdvertisementKind,
  BFDProfileKind,
  CommunityKind,
  SpeakerStatusKind,
];

/** Every kind that Berth reads. */
export const KINDS: readonly Kind<KubernetesObject>[] = [
  ...CUSTOM_KINDS,
  ServiceKind,
  NodeKind,
  EndpointSliceKind,
  NamespaceKind,
  LeaseKind,
  IngressKind,
  IngressClassKind,
  ServiceCIDRKind,
  GatewayKind,
  GatewayClassKind,
];

import type { BGPPeer } from '../../api/bgp-peer.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import type { EndpointSlice } from '../../api/kubernetes/endpoint-slice.ts';
import type { Node } from '../../api/kubernetes/node.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import type { KubernetesObject, ObjectMeta } from '../../api/object.ts';
import { ALLOCATED } from '../../api/reasons/reasons.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';

/** Those that Berth reads; other annotations may hold anything, secrets too. */
const OWN_ANNOTATION = /^(berth\.dev|metallb\.io|metallb\.universe\.tf)\//;
/** Those that decide about a node. */
const CONDITIONS: ReadonlySet<string> = new Set(['Ready', 'NetworkUnavailable']);

/**
 * An object as it is kept on disk: what a speaker decides with, and no secret. Undefined for an object that says nothing
 * without its secret, such as a BGPPeer that spells its password out.
 */
export function rememberedForm(object: KubernetesObject): object | undefined {
  const { apiVersion, kind } = object;
  const metadata = metadataOf(object.metadata);
  const form = { apiVersion, kind, metadata };
  switch (kind) {
    case 'Service': {
      const { spec, status } = object as Service;
      const conditions = status?.conditions?.filter(({ type }) => type === ALLOCATED);
      return { ...form, spec, status: { loadBalancer: status?.loadBalancer, conditions } };
    }
    case 'Node': {
      const { spec, status } = object as Node;
      const decisive = status?.conditions?.filter(({ type }) => CONDITIONS.has(type));
      // Without the times: those of heartbeats would have the file written for ever.
      const conditions = decisive?.map(({ type, status, reason, message }) => ({ type, status, reason, message }));
      return { ...form, spec: { taints: spec?.taints }, status: { addresses: status?.addresses, conditions } };
    }
    case 'EndpointSlice': {
      const { addressType, endpoints } = object as EndpointSlice;
      return {
        ...form,
        addressType,
        endpoints: endpoints?.map(({ nodeName, conditions }) => ({ nodeName, conditions })),
      };
    }
    case 'SpeakerStatus':
      return { ...form, status: { interfaces: (object as SpeakerStatus).status?.interfaces } };
    case 'IPAddressPool': {
      const { spec, status } = object as IPAddressPool;
      return { ...form, spec, status: { conditions: status?.conditions, retained: status?.retained } };
    }
    case 'BGPPeer': {
      const { spec } = object as BGPPeer;
      return spec.password === undefined ? { ...form, spec } : undefined;
    }
    default: {
      const { status: _status, ...said } = object as KubernetesObject & { readonly status?: unknown };
      return { ...said, metadata };
    }
  }
}

function metadataOf({ name, namespace, uid, labels, annotations, creationTimestamp, deletionTimestamp }: ObjectMeta) {
  const own = Object.entries(annotations ?? {}).filter(([key]) => OWN_ANNOTATION.test(key));
  return {
    ...{ name, namespace, uid, labels, creationTimestamp, deletionTimestamp },
    annotations: own.length > 0 ? Object.fromEntries(own) : undefined,
  };
}

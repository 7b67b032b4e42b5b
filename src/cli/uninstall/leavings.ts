import { findCondition, removeCondition } from '../../api/conditions.ts';
import { isHeldBack } from '../../api/finalizers.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import type { Ingress } from '../../api/kubernetes/ingress.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { publishedAddresses } from '../../api/load-balancer.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { ownsStatus } from '../../api/owned-status.ts';
import { ALLOCATED, ANNOUNCED } from '../../api/reasons.ts';
import { formatAddress } from '../../ip/address.ts';
import type { MergePatch, StatusOf } from '../../store/store.ts';

/** What Berth has left behind on objects that outlive it. */
export interface Leavings {
  /** Pools that carry its finalizer. */
  readonly pools: readonly IPAddressPool[];
  /** Services that carry its conditions. */
  readonly services: readonly Service[];
  /** Ingresses on which it has put an address. */
  readonly ingresses: readonly Ingress[];
}

/** What is Berth's among these objects, each list in their order. */
export function leavingsOf(objects: Leavings): Leavings {
  return {
    pools: objects.pools.filter(isHeldBack),
    services: objects.services.filter((service) => releasePatch(service) !== null),
    ingresses: objects.ingresses.filter(({ metadata }) => ownsStatus(metadata.managedFields, 'loadBalancer')),
  };
}

/**
 * What has to change in a Service's status so that nothing in it is Berth's: its conditions go, and with them the
 * addresses, where they were Berth's. Null where nothing is.
 */
export function releasePatch({ status }: Service): MergePatch<StatusOf<Service>> | null {
  const before = status?.conditions ?? [];
  const conditions = removeCondition(removeCondition(before, ALLOCATED), ANNOUNCED);
  if (conditions === before) return null;
  const holds = findCondition(before, ALLOCATED)?.status === 'True';
  return { conditions, ...(holds ? { loadBalancer: { ingress: [] } } : {}) };
}

/** The addresses that a Service has from Berth. */
export function addressesFromBerth(service: Service): readonly string[] {
  const holds = findCondition(service.status?.conditions, ALLOCATED)?.status === 'True';
  return holds ? publishedAddresses(service).map(formatAddress) : [];
}

/** `service/default/web` */
export function nameOf(object: KubernetesObject): string {
  return `${object.kind.toLowerCase()}/${keyText(keyOf(object))}`;
}

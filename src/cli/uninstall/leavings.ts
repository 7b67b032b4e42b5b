import type { BFDProfile } from '../../api/bfd-profile.ts';
import type { Community } from '../../api/community.ts';
import { findCondition, removeCondition } from '../../api/conditions.ts';
import { ADDRESSES_HELD, hasFinalizer, IN_USE } from '../../api/finalizers.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import type { Ingress } from '../../api/kubernetes/ingress.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { isOurs, publishedAddresses } from '../../api/load-balancer.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { ownsStatus } from '../../api/owned-status.ts';
import { ALLOCATED, ANNOUNCED } from '../../api/reasons/reasons.ts';
import { formatAddress } from '../../ip/address.ts';
import type { MergePatch, StatusOf } from '../../store/store.ts';

/** What Berth has left behind on objects that outlive it. */
export interface Leavings {
  /** Pools that carry its finalizer. */
  readonly pools: readonly IPAddressPool[];
  /** BFDProfiles that do. */
  readonly profiles: readonly BFDProfile[];
  /** Communities that do. */
  readonly communities: readonly Community[];
  /** Services that carry its conditions. */
  readonly services: readonly Service[];
  /** Ingresses on which it has put an address. */
  readonly ingresses: readonly Ingress[];
}

/**
 * What is Berth's among these objects, each list in their order. Services of another class are another Berth's, and so are
 * Ingresses that show an address of one.
 *
 * @param loadBalancerClass undefined for Services without a class.
 */
export function leavingsOf(objects: Leavings, loadBalancerClass?: string): Leavings {
  const isAnothers = (service: Service) =>
    service.spec?.type === 'LoadBalancer' && !isOurs(service, loadBalancerClass) && releasePatch(service) !== null;
  const anothers = new Set(objects.services.filter(isAnothers).flatMap(addressesFromBerth));
  const showsAnothers = ({ status }: Ingress) =>
    status?.loadBalancer?.ingress?.some(({ ip }) => ip !== undefined && anothers.has(ip)) ?? false;
  return {
    pools: objects.pools.filter((pool) => hasFinalizer(pool, ADDRESSES_HELD)),
    profiles: objects.profiles.filter((profile) => hasFinalizer(profile, IN_USE)),
    communities: objects.communities.filter((community) => hasFinalizer(community, IN_USE)),
    services: objects.services.filter((service) => releasePatch(service) !== null && !isAnothers(service)),
    ingresses: objects.ingresses.filter(
      (ingress) => ownsStatus(ingress.metadata.managedFields, 'loadBalancer') && !showsAnothers(ingress),
    ),
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

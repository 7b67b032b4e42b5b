import type { FieldFault } from '../../api/kind.ts';
import type { Service } from '../../api/kubernetes/service.ts';

export type ServiceSpec = NonNullable<Service['spec']>;

/** What an API server has given a Service, and keeps for as long as nothing else is asked for. */
const KEPT = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const;

/**
 * The spec of a Service as an API server stores it after an update: what it had filled in before stays; a second family
 * comes with PreferDualStack and RequireDualStack, and goes with SingleStack.
 *
 * @param isSingleStack whether the cluster has no second family to give
 */
export function filledIn(before: ServiceSpec, after: ServiceSpec, isSingleStack: boolean): ServiceSpec {
  const kept = KEPT.flatMap((field) => (before[field] === undefined ? [] : [[field, before[field]]]));
  const spec: ServiceSpec = { ...Object.fromEntries(kept), ...after };
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy = 'SingleStack' } = spec;
  if (ipFamilyPolicy === 'SingleStack') {
    return {
      ...spec,
      ...(clusterIPs.length > 1 ? { clusterIPs: clusterIPs.slice(0, 1) } : {}),
      ...(ipFamilies.length > 1 ? { ipFamilies: ipFamilies.slice(0, 1) } : {}),
    };
  }
  const asksForMore = before.ipFamilyPolicy !== ipFamilyPolicy || ipFamilies.length > clusterIPs.length;
  if (isSingleStack || clusterIPs.length !== 1 || !asksForMore) return spec;
  // The address that it will get is not known: a Service without any is taken to get one of each family.
  const { clusterIP: _, clusterIPs: _only, ...rest } = spec;
  return rest;
}

/** What an API server does not let an update change. */
export function serverRefusals(before: ServiceSpec, after: ServiceSpec): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const stays = before.type === 'LoadBalancer' && after.type === 'LoadBalancer';
  const { loadBalancerClass } = before;
  if (stays && loadBalancerClass !== undefined && loadBalancerClass !== after.loadBalancerClass) {
    const message = `may not change once set, and is ${loadBalancerClass} now: delete the Service and create it`;
    faults.push({ field: 'spec.loadBalancerClass', message });
  }
  const [primary] = before.ipFamilies ?? [];
  const [wanted] = after.ipFamilies ?? [];
  if (primary !== undefined && wanted !== undefined && primary !== wanted && hasClusterIP(before)) {
    const message = `the first may not change, and is ${primary} now: delete the Service and create it`;
    faults.push({ field: 'spec.ipFamilies', message });
  }
  const { ipFamilyPolicy: policy = before.ipFamilyPolicy } = after;
  if (policy !== 'SingleStack' && before.ipFamilies?.length === 2 && after.ipFamilies?.length === 1) {
    faults.push({ field: 'spec.ipFamilyPolicy', message: 'must be SingleStack to give up the second family' });
  }
  return faults;
}

function hasClusterIP({ type, clusterIPs = [] }: ServiceSpec): boolean {
  return type !== 'ExternalName' && clusterIPs.length > 0;
}

import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { poolStatusPatch } from '../../src/controller/pool-status.ts';
import type { Plan } from '../../src/explain/plan.ts';
import { at } from '../allocator/builders.ts';

/** The objects with the status that the controller would write to carry the plan out. */
export function carriedOut(plan: Plan, pools: readonly IPAddressPool[], services: readonly Service[]) {
  const planned = new Map(plan.services.map((service) => [`${service.namespace}/${service.name}`, service]));
  return {
    pools: pools.flatMap((pool): IPAddressPool[] => {
      const planned = plan.pools.find(({ name }) => name === pool.metadata.name);
      if (planned === undefined) return [];
      const report = { ...planned, reason: planned.reason ?? ('Ready' as const), message: planned.message ?? '' };
      return [{ ...pool, status: { ...pool.status, ...poolStatusPatch(pool, report, at(30)) } } as IPAddressPool];
    }),
    services: services.map((service): Service => {
      if (service.spec?.loadBalancerClass !== undefined) return service;
      const {
        after = [],
        allocated = false,
        reason,
      } = planned.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? {};
      const before = service.status?.conditions?.find(({ status }) => status === 'True');
      const condition = {
        type: 'berth.dev/Allocated',
        status: allocated ? ('True' as const) : ('False' as const),
        reason: reason ?? undefined,
        lastTransitionTime: (allocated ? before?.lastTransitionTime : undefined) ?? at(30),
      };
      return {
        ...service,
        status: { loadBalancer: { ingress: after.map((ip) => ({ ip })) }, conditions: [condition] },
      };
    }),
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { poolStatusPatch } from '../../src/controller/pool-status.ts';
import { buildPlan, type Plan } from '../../src/explain/plan.ts';
import { at } from '../allocator/builders.ts';
import { anyPools, anyService, poolObject, serviceObject } from '../allocator/model-objects.ts';

const anyObjects = fc.record({
  pools: anyPools.map((pools) => pools.map(poolObject)),
  services: fc
    .uniqueArray(anyService, { selector: ({ name }) => name, minLength: 1, maxLength: 6 })
    .map((services) => services.map(serviceObject)),
});

/** The objects with the status that the controller would write to carry the plan out. */
function carriedOut(plan: Plan, pools: readonly IPAddressPool[], services: readonly Service[]) {
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

describe('planning the result again', () => {
  it.each([false, true])('changes nothing, for any pools and Services (evict: %s)', (evict) => {
    fc.assert(
      fc.property(anyObjects, ({ pools, services }) => {
        const first = buildPlan({ objects: [...pools, ...services], deleted: [], evict });
        const result = carriedOut(first, pools, services);
        const second = buildPlan({ objects: [...result.pools, ...result.services], deleted: [], evict });
        expect(second.services.map(({ name, after }) => [name, after])).toEqual(
          first.services.map(({ name, after }) => [name, after]),
        );
        for (const { change } of second.services) expect(['none', 'pending']).toContain(change);
        expect(second.pools).toEqual(first.pools);
      }),
      { numRuns: 300 },
    );
  });

  it('and an edit that was planned, once more', () => {
    fc.assert(
      fc.property(anyObjects, anyPools, ({ pools, services }, edited) => {
        const now = buildPlan({ objects: [...pools, ...services], deleted: [], evict: false });
        const before = carriedOut(now, pools, services);
        const edits = edited.map(poolObject);
        const kept = before.pools.filter(({ metadata }) => !edits.some((edit) => edit.metadata.name === metadata.name));
        const laid = edits.map((edit) => ({
          ...edit,
          status: before.pools.find(({ metadata }) => metadata.name === edit.metadata.name)?.status,
        }));
        const objects = [...kept, ...laid, ...before.services];
        const first = buildPlan({ objects, before: [...before.pools, ...before.services], deleted: [], evict: false });
        const result = carriedOut(first, [...kept, ...laid], before.services);
        const second = buildPlan({ objects: [...result.pools, ...result.services], deleted: [], evict: false });
        for (const { change } of second.services) expect(['none', 'pending']).toContain(change);
        expect(second.pools).toEqual(first.pools);
      }),
      { numRuns: 200 },
    );
  });
});

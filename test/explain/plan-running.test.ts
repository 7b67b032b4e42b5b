import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from '../../src/allocator/allocator.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { buildPlan } from '../../src/explain/plan.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { pool, type ServiceWish, service } from '../allocator/builders.ts';
import { anyPools, anyService, poolObject, serviceObject } from '../allocator/model-objects.ts';
import { carriedOut } from './carried-out.ts';
import { lines } from './plan-lines.ts';

const POOL = pool('public', ['192.0.2.0/29', '2001:db8::/125']);
const DUAL: ServiceWish = { policy: 'PreferDualStack', clusterIPs: ['10.0.0.1', 'fd00::1'] };

function isNamed({ metadata: a }: KubernetesObject, { metadata: b }: KubernetesObject): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}

describe('an edit under a controller that runs', () => {
  it('of the terms of sharing is settled by the rule for two holders', () => {
    const first: ServiceWish = { ...DUAL, ports: [80], created: 1, since: 1, holds: ['192.0.2.0', '2001:db8::'] };
    const b = service('b', { ports: [81], key: 'k', created: 2, since: 2, holds: ['192.0.2.0'] });
    const before = [POOL, service('a', { ...first, key: 'k' }), b];
    expect(lines([POOL, service('a', first), b], { before })).toEqual([
      'a: none 192.0.2.0 2001:db8:: -> 192.0.2.0 2001:db8:: Allocated',
      'b: move 192.0.2.0 -> 192.0.2.1 Allocated',
    ]);
  });

  it('is planned as that controller decides it', () => {
    const anyServices = fc
      .uniqueArray(anyService, { selector: ({ name }) => name, minLength: 1, maxLength: 6 })
      .map((services) => services.map(serviceObject));
    fc.assert(
      fc.property(anyPools, anyServices, anyPools, anyServices, (pools, services, nextPools, nextServices) => {
        const now = buildPlan({ objects: [...pools.map(poolObject), ...services], deleted: [], evict: false });
        const before = carriedOut(now, pools.map(poolObject), services);
        const after = {
          pools: nextPools
            // One that is being deleted goes in the course of the plan, and of the controller's next turn.
            .map((next) => poolObject({ ...next, deleting: false }))
            .map((next) => ({ ...next, status: before.pools.find((each) => isNamed(each, next))?.status })),
          services: nextServices.map((next) => {
            const known = before.services.find((each) => isNamed(each, next));
            const created = known?.metadata.creationTimestamp;
            const time = created === undefined ? {} : { creationTimestamp: created };
            return { ...next, metadata: { ...next.metadata, ...time }, status: known?.status };
          }),
        };
        const gone = before.services.filter((each) => !after.services.some((next) => isNamed(each, next)));
        const plan = buildPlan({
          objects: [...after.pools, ...after.services],
          before: [...before.pools, ...before.services],
          deleted: gone,
          evict: false,
        });
        const allocator = new Allocator();
        allocator.configure({ pools: before.pools });
        for (const each of before.services) allocator.put(each);
        allocator.settle();
        for (const { metadata } of gone) allocator.remove(`${metadata.namespace}/${metadata.name}`);
        allocator.configure({ pools: after.pools });
        for (const each of after.services) allocator.put(each);
        allocator.settle();
        const decided = [...allocator.verdicts()].map(({ service, addresses }) => [
          service,
          addresses.map(formatAddress),
        ]);
        const planned = plan.services
          .filter(({ change }) => change !== 'release')
          .map(({ namespace, name, after }) => [`${namespace}/${name}`, after]);
        expect(planned).toEqual(decided.sort());
      }),
      { numRuns: 300 },
    );
  });
});

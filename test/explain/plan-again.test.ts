import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/explain/plan.ts';
import { anyPools, anyService, poolObject, serviceObject } from '../allocator/model-objects.ts';
import { carriedOut } from './carried-out.ts';

const anyObjects = fc.record({
  pools: anyPools.map((pools) => pools.map(poolObject)),
  services: fc
    .uniqueArray(anyService, { selector: ({ name }) => name, minLength: 1, maxLength: 6 })
    .map((services) => services.map(serviceObject)),
});

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

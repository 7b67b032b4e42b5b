import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESSES_HELD } from '../../src/api/finalizers.ts';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { isHeld } from '../../src/controller/pool-hold.ts';
import { poolStatusPatch } from '../../src/controller/pool-status.ts';
import { at } from './builders.ts';
import {
  addressOf,
  anyPools,
  anyService,
  type ModelPool,
  type ModelService,
  poolObject,
  serviceObject,
} from './model-objects.ts';
import { Scene } from './scene.ts';

const anyServices = fc.uniqueArray(anyService, { selector: ({ name }) => name, minLength: 1, maxLength: 6 });
const RUNS = { numRuns: 300 };

function sceneOf(pools: readonly ModelPool[], services: readonly ModelService[]): Scene {
  return new Scene(pools.map(poolObject)).put(...services.map(serviceObject));
}

/**
 * The pools as people may have edited them while nobody looked: none comes into the world deleted, or says Evict of what
 * it has never been asked about, and whoever deletes one does not edit its addresses besides.
 */
function editedUnseen(scene: Scene, pools: readonly ModelPool[], edit: readonly ModelPool[]): readonly IPAddressPool[] {
  return edit.map((pool) => {
    const former = pools.find(({ name }) => name === pool.name);
    if (former === undefined) return poolObject({ ...pool, deleting: false, evict: false });
    const { status, metadata } = reported(scene, former);
    const object = poolObject(pool.deleting ? { ...former, deleting: true, evict: pool.evict } : pool);
    return { ...object, metadata: { ...object.metadata, finalizers: metadata.finalizers }, status } as IPAddressPool;
  });
}

/** Services that are decided. */
function oursOf(services: readonly ModelService[]): readonly ModelService[] {
  return services.filter(({ other }) => !other);
}

/** The Service with the status that the controller would write for what was decided. */
function published(scene: Scene, model: ModelService): Service {
  const object = serviceObject(model);
  if (model.other) return object;
  const { allocated, reason } = scene.verdict(model.name);
  const status = allocated ? ('True' as const) : ('False' as const);
  const condition = { type: 'berth.dev/Allocated', status, reason, lastTransitionTime: at(model.since ?? 9) };
  const ingress = scene.held(model.name).map((ip) => ({ ip }));
  return { ...object, status: { loadBalancer: { ingress }, conditions: [condition] } };
}

/** The pool with the status that the controller would write for what was decided. */
function reported(scene: Scene, model: ModelPool): IPAddressPool {
  const object = poolObject(model);
  const report = scene.report(model.name);
  const finalizers = [isHeld(report) ? ADDRESSES_HELD : 'example.com/other'];
  const status = { ...object.status, ...poolStatusPatch(object, report, at(9)) };
  return { ...object, metadata: { ...object.metadata, finalizers }, status } as IPAddressPool;
}

/** Milliseconds: machines are busy at times. */
const PATIENCE = 60_000;

describe('for any pools and Services', { timeout: PATIENCE }, () => {
  it('deciding twice changes nothing', () => {
    fc.assert(
      fc.property(anyPools, anyServices, (pools, services) => {
        const { allocator } = sceneOf(pools, services);
        allocator.reconsider();
        expect(allocator.settle()).toEqual([]);
      }),
      RUNS,
    );
  });

  it('the order in which they are told does not matter', () => {
    fc.assert(
      fc.property(anyPools, anyServices, fc.func(fc.nat()), (pools, services, rank) => {
        const shuffle = <T extends { readonly name: string }>(list: readonly T[]) =>
          list.toSorted((a, b) => rank(a.name) - rank(b.name));
        const shuffled = sceneOf(shuffle(pools), shuffle(services)).outcome();
        expect(shuffled).toEqual(sceneOf(pools, services).outcome());
      }),
      RUNS,
    );
  });

  it('nobody holds an address that it may not share', () => {
    fc.assert(
      fc.property(anyPools, anyServices, anyServices, (pools, services, changed) => {
        const scene = sceneOf(pools, services).put(...changed.map(serviceObject));
        const known = new Map([...services, ...changed].map((service) => [service.name, service]));
        for (const [name, a] of known) {
          for (const [other, b] of known) {
            const both = scene.held(name).filter((address) => scene.held(other).includes(address));
            if (name >= other || both.length === 0) continue;
            expect(a.key).toBeDefined();
            expect([a.key, a.local]).toEqual([b.key, b.local]);
            expect(a.ports.filter((port) => b.ports.includes(port))).toEqual([]);
          }
        }
      }),
      RUNS,
    );
  });

  it('nobody is given an address that is reserved, or of a pool that gives out nothing', () => {
    fc.assert(
      fc.property(anyPools, anyServices, (pools, services) => {
        const scene = sceneOf(pools, services);
        for (const { name, holds } of oursOf(services)) {
          for (const address of scene.held(name).map(addressOf)) {
            if (holds.includes(address)) continue;
            const from = pools.find((pool) => pool.name === scene.verdict(name).pool);
            expect(from).toMatchObject({ deleting: false, broken: false, disabled: false });
            expect(from?.reserved).not.toContain(address);
            for (const { other, holds: shown } of services) if (other) expect(shown).not.toContain(address);
            expect(from?.ranges.some(([first, last]) => first <= address && address <= last)).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it('no edit of pools that retain takes an address from anybody whose request is met', () => {
    const retaining = anyPools.map((pools) =>
      pools.map((pool): ModelPool => ({ ...pool, evict: false, sharing: 'Cluster' })),
    );
    const anyUnnamed = anyServices.map((services) => services.map((service) => ({ ...service, pool: undefined })));
    fc.assert(
      fc.property(retaining, anyUnnamed, fc.array(retaining, { maxLength: 3 }), (pools, services, edits) => {
        const scene = sceneOf(pools, services);
        for (const edit of edits) {
          const before = oursOf(services).map(
            ({ name }) => [name, scene.verdict(name).reason, scene.held(name)] as const,
          );
          scene.pools(edit.map(poolObject));
          for (const [name, reason, held] of before) {
            if (reason === 'Allocated' || reason === 'Retained')
              expect(scene.held(name)).toEqual(expect.arrayContaining([...held]));
            else if (held.length > 0) expect(scene.held(name)).not.toEqual([]);
          }
        }
      }),
      RUNS,
    );
  });

  it('one edit of pools that retain takes nothing from anybody, whatever pool it names', () => {
    const retaining = anyPools.map((pools) => pools.map((pool): ModelPool => ({ ...pool, evict: false })));
    fc.assert(
      fc.property(retaining, anyServices, retaining, (pools, services, edit) => {
        const scene = sceneOf(pools, services);
        const before = oursOf(services).map(
          ({ name }) => [name, scene.verdict(name).reason, scene.held(name)] as const,
        );
        scene.pools(edit.map(poolObject));
        for (const [name, reason, held] of before) {
          if (reason !== 'Allocated' && reason !== 'Retained') continue;
          expect([name, ...scene.held(name)]).toEqual(expect.arrayContaining([name, ...held]));
        }
      }),
      RUNS,
    );
  });

  it('an edit of pools takes nothing away that it would leave if it were seen', () => {
    fc.assert(
      fc.property(anyPools, anyServices, anyPools, (pools, services, edit) => {
        const before = sceneOf(pools, services);
        const edited = editedUnseen(before, pools, edit);
        const after = new Scene(edited).put(...services.map((service) => published(before, service)));
        const held = oursOf(services).map(({ name }) => [name, before.held(name)] as const);
        const seen = before.pools(edited);
        for (const [name, addresses] of held) {
          const left = addresses.filter((address) => seen.held(name).includes(address));
          expect([name, ...after.held(name)]).toEqual(expect.arrayContaining([name, ...left]));
        }
      }),
      RUNS,
    );
  });

  it('no Service takes an address from another whose request is met', () => {
    const apart = ({ key: _, ...service }: ModelService): ModelService => ({
      ...service,
      key: undefined,
      other: false,
    });
    fc.assert(
      fc.property(anyPools, anyServices, fc.array(anyService, { maxLength: 4 }), (pools, services, changes) => {
        const scene = sceneOf(pools, services.map(apart));
        for (const change of changes) {
          const before = services.map(({ name }) => [name, scene.verdict(name).reason, scene.held(name)] as const);
          scene.put(serviceObject(apart(change)));
          for (const [name, reason, held] of before) {
            if (name === change.name || (reason !== 'Allocated' && reason !== 'Retained')) continue;
            expect(scene.held(name)).toEqual(expect.arrayContaining([...held]));
          }
        }
      }),
      RUNS,
    );
  });

  it('a restart changes nothing', () => {
    fc.assert(
      fc.property(anyPools, anyServices, anyPools, (pools, services, edited) => {
        const all = edited.map((pool) => ({
          ...pool,
          deleting: pool.deleting && pools.some(({ name }) => name === pool.name),
        }));
        const before = sceneOf(pools, services).pools(all.map(poolObject));
        const after = new Scene(all.map((pool) => reported(before, pool)));
        after.put(...services.map((service) => published(before, service)));
        for (const { name } of oursOf(services)) {
          expect([name, after.held(name)]).toEqual([name, before.held(name)]);
          expect(after.verdict(name).allocated).toBe(before.verdict(name).allocated);
        }
      }),
      RUNS,
    );
  });

  it('holders who want for nothing keep their addresses in whatever order they and the pools turn up', () => {
    fc.assert(
      fc.property(anyPools, anyServices, fc.func(fc.nat()), (pools, services, rank) => {
        const before = sceneOf(pools, services);
        const holders = oursOf(services).filter(({ name }) => before.held(name).length > 0);
        fc.pre(holders.every(({ name, families }) => before.held(name).length >= families.length));
        fc.pre(holders.every(({ name }) => before.verdict(name).reason !== 'KeptWhileRequestPending'));
        const others = services.filter((service) => !holders.includes(service));
        const after = new Scene([]);
        const turns = [...holders.map((holder) => () => void after.put(published(before, holder)))];
        turns.push(() => void after.pools(pools.map((pool) => reported(before, pool))));
        for (const [, turn] of [...turns.entries()].sort(([a], [b]) => rank(a) - rank(b))) turn();
        after.put(...others.map((service) => published(before, service)));
        for (const { name } of services) expect([name, after.held(name)]).toEqual([name, before.held(name)]);
      }),
      RUNS,
    );
  });

  it('whoever waits is told of every pool, and would not get any address by its name either', () => {
    fc.assert(
      fc.property(anyPools, anyServices, (pools, services) => {
        const scene = sceneOf(pools, services);
        for (const service of oursOf(services)) {
          const { addresses, reason, passedOver } = scene.verdict(service.name);
          if (addresses.length > 0 || !LOOKED_EVERYWHERE.has(reason) || service.pool !== undefined) continue;
          if (service.ips.length > 0 || service.deleting || service.families.length > 1) continue;
          expect(passedOver.map(({ pool }) => pool).sort()).toEqual(pools.map(({ name }) => name).sort());
          for (const address of pools.flatMap(addressesOf)) {
            const probe = sceneOf(pools, services).put(serviceObject({ ...service, ips: [address] }));
            const pool = pools.find(({ name }) => name === probe.verdict(service.name).pool);
            expect(probe.held(service.name).length > 0 && pool?.autoAssign).not.toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Reasons that say something of all pools. */
const LOOKED_EVERYWHERE: ReadonlySet<string> = new Set([
  'NoPools',
  'NoMatchingPool',
  'PoolExhausted',
  'FamilyMismatch',
]);

function addressesOf({ ranges }: ModelPool): readonly number[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
}

import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADDRESSES_HELD } from '../../src/api/finalizers.ts';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { publishedAddresses } from '../../src/api/load-balancer.ts';
import { type KubernetesObject, keyOf, keyText } from '../../src/api/object.ts';
import { startController } from '../../src/controller/controller.ts';
import { buildPlan } from '../../src/explain/plan.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { silentLogger } from '../../src/log/silent.ts';
import type { Leadership } from '../../src/store/leadership.ts';
import { anyPools, anyService, poolObject, serviceObject } from '../allocator/model-objects.ts';
import { FakeClock } from './fake-clock.ts';
import { CrashingStore, MemoryServer } from './memory-server.ts';

const ALWAYS: Leadership = {
  held: () => true,
  holder: () => 'test',
  onChange: () => () => {},
  start: () => {},
  stop: async () => {},
};
/** Milliseconds of the test's clock: longer than any delay of a write, shorter than that of a retry that never ends. */
const A_WHILE = 5_000;
/** Milliseconds of a real one. */
const PATIENCE = 120_000;
const FAKED = ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance', 'Date'] as const;
const RUNS = { numRuns: 40 };
/** Each is as many lives of a controller as it makes writes. */
const CRASHES = { numRuns: 12 };

const anyObjects = fc
  .tuple(anyPools, fc.uniqueArray(anyService, { selector: ({ name }) => name, minLength: 1, maxLength: 6 }))
  .map(([pools, services]): readonly KubernetesObject[] => [
    ...pools.map(poolObject).map(heldBack),
    ...services.map(serviceObject),
  ]);

/** A server would have removed a pool that is being deleted and that nothing holds back. */
function heldBack(pool: IPAddressPool): IPAddressPool {
  if (pool.metadata.deletionTimestamp === undefined) return pool;
  return { ...pool, metadata: { ...pool.metadata, finalizers: [ADDRESSES_HELD] } };
}

/** A controller works on the server's objects until it has nothing more to write, or dies; how many writes it made. */
async function serve(server: MemoryServer, lastWrite?: number): Promise<number> {
  const store = new CrashingStore(server, lastWrite);
  const registry = new Registry();
  const shared = { leadership: ALWAYS, logger: silentLogger, registry, clock: new FakeClock() };
  const controller = startController({ store, ...shared });
  for (let writes = -1; writes !== store.writes && !store.isDead; ) {
    writes = store.writes;
    await vi.advanceTimersByTimeAsync(A_WHILE);
  }
  await controller.stop();
  return store.writes;
}

/** What each Service has: `default/web: 192.0.2.1 Allocated`. */
function outcome(server: MemoryServer): readonly string[] {
  const ours = servicesOf(server).filter(({ spec }) => spec?.loadBalancerClass === undefined);
  return ours.map((service) => {
    const condition = service.status?.conditions?.find(({ type }) => type === 'berth.dev/Allocated');
    const addresses = publishedAddresses(service).map(formatAddress);
    return `${keyText(keyOf(service))}: ${[...addresses, condition?.reason].join(' ')}`;
  });
}

function servicesOf(server: MemoryServer): readonly Service[] {
  return server.all().filter((object): object is Service => object.kind === 'Service');
}

function poolsOf(server: MemoryServer): readonly IPAddressPool[] {
  return server.all().filter((object): object is IPAddressPool => object.kind === 'IPAddressPool');
}

describe('a controller on any pools and Services', { timeout: PATIENCE }, () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12), toFake: [...FAKED] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does what was planned', async () => {
    await fc.assert(
      fc.asyncProperty(anyObjects, async (objects) => {
        const plan = buildPlan({ objects, deleted: [], evict: false });
        const server = new MemoryServer(objects);
        await serve(server);
        const planned = plan.services.map(({ namespace, name, after, reason }) => {
          return `${namespace}/${name}: ${[...after, reason].join(' ')}`;
        });
        expect([...outcome(server)].sort()).toEqual([...planned].sort());
        for (const { metadata, status } of poolsOf(server)) {
          const { ready: _, reason: __, message: ___, name: ____, ...counters } = planOf(plan, metadata.name);
          expect(status).toMatchObject(counters);
        }
      }),
      RUNS,
    );
  });

  it('has nothing to do when it starts again', async () => {
    await fc.assert(
      fc.asyncProperty(anyObjects, async (objects) => {
        const server = new MemoryServer(objects);
        await serve(server);
        expect(await serve(server)).toBe(0);
      }),
      RUNS,
    );
  });

  it('makes up for a crash after any write', async () => {
    await fc.assert(
      fc.asyncProperty(anyObjects, anyObjects, async (first, edits) => {
        const before = new MemoryServer(first);
        await serve(before);
        const objects = edited(before.all(), edits);
        const undisturbed = new MemoryServer(objects);
        const writes = await serve(undisturbed);
        for (let last = 1; last <= writes; last++) {
          const server = new MemoryServer(objects);
          await serve(server, last);
          await serve(server);
          expect([last, ...outcome(server)]).toEqual([last, ...outcome(undisturbed)]);
        }
      }),
      CRASHES,
    );
  });
});

/** The objects as people have changed them meanwhile: what they were, and what Berth wrote, stays. */
function edited(objects: readonly KubernetesObject[], edits: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const idOf = (object: KubernetesObject) => `${object.kind} ${keyText(keyOf(object))}`;
  const all = new Map(objects.map((object) => [idOf(object), object]));
  for (const edit of edits) {
    const former = all.get(idOf(edit)) as (KubernetesObject & { readonly status?: object; spec?: object }) | undefined;
    const { deletionTimestamp, ...metadata } = edit.metadata;
    if (former === undefined) {
      // Nothing comes into the world deleted.
      all.set(idOf(edit), { ...edit, metadata: { ...metadata, finalizers: [] }, status: {} } as KubernetesObject);
    } else if (deletionTimestamp !== undefined && edit.kind === 'IPAddressPool') {
      // Whoever deletes a pool does not edit its addresses besides.
      all.set(idOf(edit), { ...former, metadata: { ...former.metadata, deletionTimestamp } });
    } else {
      const kept = { ...edit.metadata, finalizers: former.metadata.finalizers };
      all.set(idOf(edit), { ...edit, metadata: kept, status: former.status } as KubernetesObject);
    }
  }
  return [...all.values()];
}

function planOf({ pools }: ReturnType<typeof buildPlan>, name: string) {
  const pool = pools.find((other) => other.name === name);
  if (pool === undefined) throw new Error(`pool ${name} is not planned`);
  return pool;
}

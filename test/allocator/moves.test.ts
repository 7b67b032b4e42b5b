import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/allocator/verdict.ts';
import { formatAddress } from '../../src/ip/address.ts';
import {
  addressOf,
  anyPools,
  anyService,
  type Event,
  type ModelAddress,
  type ModelPool,
  type ModelService,
  poolObject,
  serviceObject,
} from './model-objects.ts';
import { listed, mayShare } from './model-rules.ts';
import { Scene } from './scene.ts';

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ pools: anyPools }),
  fc.record({ put: fc.array(anyService, { minLength: 1, maxLength: 3 }) }),
  fc.record({ remove: anyService.map(({ name }) => name) }),
);
/** Milliseconds. */
const PATIENCE = 60_000;

/** A scene, with what was last told of each Service and of the pools. */
class World {
  readonly scene = new Scene([]);
  readonly services = new Map<string, ModelService>();
  /** The pools that each Service has had an address of: they may be gone and come again. */
  readonly homes = new Map<string, Set<string>>();
  pools: readonly ModelPool[] = [];

  tell(event: Event): void {
    if ('pools' in event) {
      this.pools = event.pools;
      this.scene.pools(event.pools.map(poolObject));
    } else if ('put' in event) {
      for (const service of event.put) this.services.set(service.name, service);
      this.scene.put(...event.put.map(serviceObject));
    } else {
      this.services.delete(event.remove);
      this.scene.remove(event.remove);
    }
  }

  holdings(): ReadonlyMap<string, Holding> {
    return new Map(
      [...this.services].flatMap(([name, service]) => {
        if (service.other) return [];
        const verdict = this.scene.verdict(name);
        const addresses = verdict.addresses.map((held) => addressOf(formatAddress(held)));
        const lists = (pool: ModelPool) => listed(pool).some((address) => addresses.includes(address));
        const homes = this.homes.get(name) ?? new Set();
        for (const pool of this.pools.filter(lists)) homes.add(pool.name);
        this.homes.set(name, verdict.pool === null ? homes : homes.add(verdict.pool));
        return [[name, { service, verdict, addresses }]];
      }),
    );
  }
}

interface Holding {
  readonly service: ModelService;
  readonly verdict: Verdict;
  readonly addresses: readonly ModelAddress[];
}

/** What may take an address from a Service that goes on as it was; undefined where nothing has. */
function cause(
  lost: ModelAddress,
  holder: Holding,
  all: ReadonlyMap<string, Holding>,
  world: World,
): string | undefined {
  if (holder.verdict.reason === 'KeptWhileRequestPending')
    return 'it asked for something else before, and could get it now';
  if (holder.service.pool !== undefined && holder.verdict.pool === null) {
    return 'it names a pool, and nobody knows where its address is from';
  }
  const homes = new Set([...(world.homes.get(holder.service.name) ?? []), holder.service.pool]);
  const isFrom = (pool: ModelPool) =>
    homes.has(pool.name) || [...listed(pool), ...listed({ ranges: pool.formerly }), ...pool.retained].includes(lost);
  if (world.pools.some((pool) => pool.evict && isFrom(pool))) return 'its pool evicts';
  for (const { name, other, holds } of world.services.values()) {
    if (other && holds.includes(lost)) return `${name} is of another class, and had it before`;
  }
  for (const [name, other] of all) {
    const now = world.services.get(name);
    const sharedIt = other !== holder && other.addresses.includes(lost);
    if (sharedIt && now !== undefined && !mayShare(now, holder.service)) return `${name} shares with it no longer`;
  }
  return undefined;
}

describe('whatever happens', () => {
  it('nobody loses an address unless something that it depends on asked for it', { timeout: PATIENCE }, () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 2, maxLength: 8 }), (events) => {
        const world = new World();
        for (const event of events) {
          const before = world.holdings();
          world.tell(event);
          const after = world.holdings();
          for (const [name, holder] of before) {
            if (world.services.get(name) !== holder.service) continue;
            for (const lost of holder.addresses.filter((held) => !after.get(name)?.addresses.includes(held))) {
              expect([name, lost, cause(lost, holder, before, world)]).not.toContain(undefined);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nothing that happens to others, in any order, moves a holder that has what it asks for', {
    timeout: PATIENCE,
  }, () => {
    const anyOthers = fc.array(
      anyEvent.map((event): Event => {
        if ('pools' in event) return { pools: event.pools.map(retaining) };
        // One of another class that had an address before would be right to keep it.
        return 'put' in event ? { put: event.put.map((service) => ({ ...service, other: false })) } : event;
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        anyPools,
        fc.array(anyService, { maxLength: 4 }),
        anyOthers,
        fc.func(fc.nat()),
        (pools, first, others, rank) => {
          const world = new World();
          world.tell({ pools: pools.map(retaining) });
          world.tell({ put: first.map(alone) });
          const settled = [...world.holdings()].filter(([, { verdict }]) => MET.has(verdict.reason));
          // Whoever has to ask again, since the pool that it names is gone, goes where it is granted what it asks for.
          const asking = new Set<string>();
          const names = new Set(settled.map(([name]) => name));
          const events = others.flatMap((event, index) => ({ event: without(event, names), rank: rank(index) }));
          for (const { event } of events.sort((a, b) => a.rank - b.rank)) {
            world.tell(event);
            for (const [name, { verdict }] of world.holdings()) if (!MET.has(verdict.reason)) asking.add(name);
          }
          for (const [name, { addresses }] of settled) {
            if (asking.has(name)) continue;
            expect([name, ...(world.holdings().get(name)?.addresses ?? [])]).toEqual(
              expect.arrayContaining([name, ...addresses]),
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

const MET: ReadonlySet<string> = new Set(['Allocated', 'Retained']);

function retaining(pool: ModelPool): ModelPool {
  return { ...pool, evict: false };
}

/** Sharing makes one depend on another; and where a published address is from is not known of all. */
function alone(service: ModelService): ModelService {
  return { ...service, key: undefined, holds: [], other: false };
}

/** The event without what happens to these Services. */
function without(event: Event, names: ReadonlySet<string>): Event {
  if ('pools' in event) return event;
  if ('put' in event) return { put: event.put.filter(({ name }) => !names.has(name)) };
  return { remove: names.has(event.remove) ? '' : event.remove };
}

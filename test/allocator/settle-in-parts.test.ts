import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from '../../src/allocator/allocator.ts';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { keyFor, pool, service } from './builders.ts';
import { anyPools, anyService, type ModelService, poolObject, serviceObject } from './model-objects.ts';
import { inShort } from './scene.ts';

const anyServices = fc.uniqueArray(anyService, { selector: ({ name }) => name, minLength: 1, maxLength: 6 });
const RUNS = { numRuns: 300 };
/** Milliseconds: machines are busy at times. */
const PATIENCE = 60_000;

function undecided(pools: readonly IPAddressPool[], services: readonly Service[]): Allocator {
  const allocator = new Allocator();
  allocator.configure({ pools });
  for (const each of services) allocator.put(each);
  return allocator;
}

function outcome(allocator: Allocator): Readonly<Record<string, string>> {
  const named = [...allocator.verdicts()].map((verdict) => [verdict.service, inShort(verdict)] as const);
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function settle(allocator: Allocator, most: number): void {
  for (let calls = 0; !allocator.isSettled; calls++) {
    expect(calls).toBeLessThan(1_000);
    allocator.settle(most);
  }
}

describe('deciding a few at a time', { timeout: PATIENCE }, () => {
  it('decides the same as all at once', () => {
    fc.assert(
      fc.property(anyPools, anyServices, fc.integer({ min: 1, max: 4 }), (pools, services, most) => {
        const inParts = undecided(pools.map(poolObject), services.map(serviceObject));
        settle(inParts, most);
        const atOnce = undecided(pools.map(poolObject), services.map(serviceObject));
        atOnce.settle();
        expect(outcome(inParts)).toEqual(outcome(atOnce));
        expect(inParts.poolReports()).toEqual(atOnce.poolReports());
      }),
      RUNS,
    );
  });

  it('makes no more decisions in one go than it was told', () => {
    const allocator = undecided([pool('public', '192.0.2.0/24')], [service('a'), service('b'), service('c')]);
    expect([allocator.settle(2).length, allocator.isSettled]).toEqual([2, false]);
    expect([allocator.settle(2).length, allocator.isSettled]).toEqual([1, true]);
    expect(allocator.settle(2)).toEqual([]);
  });

  it('does not decide a Service that went while it waited for its turn', () => {
    const allocator = undecided([pool('public', '192.0.2.0/24')], [service('a'), service('b'), service('c')]);
    allocator.settle(1);
    allocator.remove(keyFor('b'));
    settle(allocator, 1);
    expect(outcome(allocator)).toEqual({ [keyFor('a')]: '192.0.2.0', [keyFor('c')]: '192.0.2.1' });
  });

  it('lets nobody hold what it may not share, whatever changes between two parts', () => {
    const anyChange = fc.record({ after: fc.nat(5), changed: anyService });
    fc.assert(
      fc.property(anyPools, anyServices, fc.array(anyChange, { maxLength: 6 }), (pools, services, changes) => {
        const known = new Map(services.map((each) => [each.name, each]));
        const allocator = undecided(pools.map(poolObject), services.map(serviceObject));
        for (const { after, changed } of changes) {
          for (let part = 0; part < after; part++) allocator.settle(1);
          known.set(changed.name, changed);
          allocator.put(serviceObject(changed));
        }
        settle(allocator, 1);
        const ours = [...known.values()].filter(({ name }) => allocator.knows(keyFor(name)));
        const held = ({ name }: ModelService) => inHand(allocator, name);
        for (const a of ours) {
          for (const b of ours) {
            if (a.name >= b.name || !held(a).some((address) => held(b).includes(address))) continue;
            expect(a.key).toBeDefined();
            expect([a.key, a.local]).toEqual([b.key, b.local]);
            expect(a.ports.filter((port) => b.ports.includes(port))).toEqual([]);
          }
        }
        expect(outcome(allocator)).toEqual(again(allocator));
      }),
      RUNS,
    );
  });
});

function inHand(allocator: Allocator, name: string): readonly string[] {
  return (allocator.verdictOf(keyFor(name))?.addresses ?? []).map(({ value }) => String(value));
}

/** What is decided when all are decided once more. */
function again(allocator: Allocator): Readonly<Record<string, string>> {
  allocator.reconsider();
  allocator.settle();
  return outcome(allocator);
}

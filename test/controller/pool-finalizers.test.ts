import { describe, expect, it, vi } from 'vitest';
import { ADDRESSES_HELD } from '../../src/api/finalizers.ts';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import { PoolFinalizers } from '../../src/controller/pool-finalizers.ts';
import { silentLogger } from '../../src/log/silent.ts';
import { StoreError } from '../../src/store/store.ts';
import { pool as poolOf } from '../allocator/builders.ts';
import { inFakeTime } from './fake-time.ts';

/** Pools as a server has them, as this process has seen them, and the use that is made of them. */
class World {
  readonly server = new Map<string, IPAddressPool>();
  readonly seen = new Map<string, IPAddressPool>();
  readonly held = new Set<string>();
  readonly published: string[] = [];
  leads = true;
  /** Rejections of the next writes; a write that is refused does not arrive unless it says so. */
  readonly refusals: { readonly code: 'Unavailable' | 'Forbidden'; readonly arrives: boolean }[] = [];
  readonly writes: string[] = [];
  readonly #leadership = { held: () => this.leads, holder: () => 'test', onChange: () => () => {} };
  readonly finalizers = new PoolFinalizers({
    store: {
      setFinalizers: async (_kind, { name }, finalizers, { resourceVersion } = {}) => {
        const current = this.server.get(name);
        const refusal = this.refusals.shift();
        this.writes.push(`${name} ${finalizers.join(' ') || 'none'}`);
        if (refusal?.arrives === false) throw new StoreError(refusal.code, 'refused');
        if (current === undefined) throw new StoreError('NotFound', name);
        if (resourceVersion !== current.metadata.resourceVersion) throw new StoreError('Conflict', name);
        this.change(name, finalizers);
        if (refusal !== undefined) throw new StoreError(refusal.code, 'the answer was lost');
      },
    },
    leadership: { ...this.#leadership, start() {}, stop: async () => {} },
    logger: silentLogger,
    poolOf: (name) => this.seen.get(name),
    isHeld: (name) => this.held.has(name),
    isFree: ({ metadata: { name } }) => !this.held.has(name),
    onGuarded: (services) => this.published.push(...services),
  });

  constructor(...names: readonly string[]) {
    for (const name of names) this.change(name, []);
    this.look();
  }

  change(name: string, finalizers: readonly string[], more: object = {}): void {
    const before = this.server.get(name) ?? poolOf(name, '192.0.2.0/24');
    const resourceVersion = `${Number(before.metadata.resourceVersion ?? 0) + 1}`;
    const metadata = { ...before.metadata, ...more, finalizers, resourceVersion };
    this.server.set(name, { ...before, metadata });
  }

  /** What the server has reaches this process. */
  look(): void {
    for (const name of this.seen.keys()) if (!this.server.has(name)) this.seen.delete(name);
    for (const [name, pool] of this.server) this.seen.set(name, pool);
    for (const name of [...this.seen.keys()]) this.finalizers.check(name);
  }

  /** An address is decided, as yet unpublished. */
  give(name: string, service: string): void {
    this.held.add(name);
    this.finalizers.await(name, service);
  }

  finalizersOf(name: string): readonly string[] {
    return this.server.get(name)?.metadata.finalizers ?? [];
  }

  /** Until nothing is left to be done, with what the server has reaching this process in between. */
  async settle(): Promise<void> {
    do {
      this.look();
      await vi.advanceTimersByTimeAsync(60_000);
    } while (this.finalizers.size > 0 || [...this.server].some(([name, pool]) => this.seen.get(name) !== pool));
  }
}

const OTHER = 'example.com/other';

describe('the finalizer of a pool', () => {
  it('is in place before a Service that waits for it is published', () =>
    inFakeTime(async () => {
      const world = new World('public');
      expect(world.finalizers.guards('public')).toBe(false);
      world.give('public', 'default/web');
      world.give('public', 'default/api');
      expect(world.published).toEqual([]);
      await world.settle();
      expect(world.finalizersOf('public')).toEqual([ADDRESSES_HELD]);
      expect(world.published).toEqual(['default/web', 'default/api']);
      expect(world.writes).toEqual([`public ${ADDRESSES_HELD}`]);
    }));

  it('is put beside those of others, and taken away from among them', () =>
    inFakeTime(async () => {
      const world = new World();
      world.change('public', [OTHER]);
      world.held.add('public');
      await world.settle();
      expect(world.finalizersOf('public')).toEqual([OTHER, ADDRESSES_HELD]);
      world.held.delete('public');
      await world.settle();
      expect(world.finalizersOf('public')).toEqual([OTHER]);
    }));

  it.each([
    ['cannot be written for a while', { code: 'Unavailable', arrives: false } as const],
    ['is not allowed for a while', { code: 'Forbidden', arrives: false } as const],
    ['is written, and the answer is lost', { code: 'Unavailable', arrives: true } as const],
  ])('that %s is tried again, and nothing is published meanwhile', (_, refusal) =>
    inFakeTime(async () => {
      const world = new World('public');
      world.refusals.push(refusal, { code: 'Unavailable', arrives: false });
      world.give('public', 'default/web');
      await vi.advanceTimersByTimeAsync(0);
      expect(world.published).toEqual([]);
      await world.settle();
      expect(world.published).toEqual(['default/web']);
      expect(world.finalizersOf('public')).toEqual([ADDRESSES_HELD]);
    }),
  );

  it('does not count any more from the moment that it is being taken away, whatever has been seen', () =>
    inFakeTime(async () => {
      const world = new World('public');
      world.held.add('public');
      await world.settle();
      expect(world.finalizers.guards('public')).toBe(true);
      world.held.delete('public');
      world.finalizers.check('public');
      await vi.advanceTimersByTimeAsync(0);
      // The change has not been seen yet: by what has been, the finalizer is in place.
      expect(world.seen.get('public')?.metadata.finalizers).toEqual([ADDRESSES_HELD]);
      expect(world.finalizers.guards('public')).toBe(false);
      world.give('public', 'default/web');
      await vi.advanceTimersByTimeAsync(0);
      expect(world.published).toEqual([]);
      await world.settle();
      expect(world.published).toEqual(['default/web']);
      expect(world.finalizersOf('public')).toEqual([ADDRESSES_HELD]);
    }));

  it('that another has taken away is put back', () =>
    inFakeTime(async () => {
      const world = new World('public');
      world.held.add('public');
      await world.settle();
      world.change('public', []);
      await world.settle();
      expect(world.finalizersOf('public')).toEqual([ADDRESSES_HELD]);
    }));

  it('that a former leader has left behind is taken away', () =>
    inFakeTime(async () => {
      const world = new World();
      world.change('public', [ADDRESSES_HELD]);
      await world.settle();
      expect(world.finalizersOf('public')).toEqual([]);
    }));

  it('is never taken away in a state that another has changed since', () =>
    inFakeTime(async () => {
      const world = new World('public');
      world.held.add('public');
      await world.settle();
      world.held.delete('public');
      world.change('public', [ADDRESSES_HELD, OTHER]);
      world.finalizers.check('public');
      await vi.advanceTimersByTimeAsync(0);
      expect(world.finalizersOf('public')).toEqual([ADDRESSES_HELD, OTHER]);
      await world.settle();
      expect(world.finalizersOf('public')).toEqual([OTHER]);
    }));

  it('is left alone by one that does not lead', () =>
    inFakeTime(async () => {
      const world = new World('public', 'old');
      world.change('old', [ADDRESSES_HELD]);
      world.leads = false;
      world.held.add('public');
      await world.settle();
      expect(world.writes).toEqual([]);
    }));

  it('is not put on a pool that is being deleted, which would refuse it', () =>
    inFakeTime(async () => {
      const world = new World();
      world.change('public', [OTHER], { deletionTimestamp: '2026-01-01T00:00:00Z' });
      world.held.add('public');
      await world.settle();
      expect(world.writes).toEqual([]);
      expect(world.finalizers.isOpen('public')).toBe(false);
    }));

  it('lets nobody wait for a pool that is gone', () =>
    inFakeTime(async () => {
      const world = new World('public');
      world.refusals.push({ code: 'Unavailable', arrives: false });
      world.give('public', 'default/web');
      await vi.advanceTimersByTimeAsync(0);
      world.server.clear();
      world.seen.clear();
      world.finalizers.check('public');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(world.published).toEqual([]);
      expect(world.finalizers.size).toBe(0);
      expect(world.finalizers.guards('public')).toBe(false);
    }));
});

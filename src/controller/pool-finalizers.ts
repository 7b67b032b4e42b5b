import { ADDRESSES_HELD, finalizersWith, hasFinalizer } from '../api/finalizers.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../api/ip-address-pool.ts';
import { keyOf } from '../api/object.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import { type Store, StoreError } from '../store/store.ts';
import { WorkQueue } from '../store/work-queue.ts';

/** What {@link PoolFinalizers} works with. */
export interface PoolFinalizersOptions {
  readonly store: Pick<Store, 'setFinalizers'>;
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly poolOf: (name: string) => IPAddressPool | undefined;
  /** Whether Services hold addresses of the pool, as last reported. */
  readonly isHeld: (name: string) => boolean;
  /** Whether nobody holds an address of the pool at this moment, and all of that has been written. */
  readonly isFree: (pool: IPAddressPool) => boolean;
  /** Services that had to wait may be published now. */
  readonly onGuarded: (services: Iterable<string>) => void;
}

/**
 * Sees to it that no address is published while its pool could vanish from under it, and that nothing else holds a pool
 * back. An address of a pool without the finalizer waits until that is in place; a crash in between leaves a finalizer too
 * many, which the next leader takes away. What this process knows of its own writes counts before what it has seen: once
 * it has begun to take a finalizer away, only putting it back is proof that it is there.
 */
export class PoolFinalizers {
  readonly #options: PoolFinalizersOptions;
  readonly #queue: WorkQueue;
  /** Services whose addresses wait to be published, by pool. */
  readonly #waiting = new Map<string, Set<string>>();
  /** Pools from which this process has taken the finalizer, or has tried to. */
  readonly #released = new Set<string>();

  constructor(options: PoolFinalizersOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (name) => this.#look(name),
      onFailure: (name, error, retryIn) => this.#failed(name, error, retryIn),
    });
  }

  /** How much remains to be written. */
  get size(): number {
    return this.#queue.size;
  }

  /** Whether the pool cannot vanish, so that an address of it may be published. */
  guards(name: string): boolean {
    const pool = this.#options.poolOf(name);
    return pool !== undefined && hasFinalizer(pool, ADDRESSES_HELD) && !this.#released.has(name);
  }

  /** Whether the pool could vanish and can still be kept from it: one that is being deleted takes no more finalizers. */
  isOpen(name: string): boolean {
    const pool = this.#options.poolOf(name);
    return pool !== undefined && pool.metadata.deletionTimestamp === undefined && !this.guards(name);
  }

  /** A Service waits for a pool that does not guard its address yet. */
  await(name: string, service: string): void {
    const services = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, services.add(service));
    this.#queue.add(name);
  }

  /** The pool, or the use of its addresses, may have changed. */
  check(name: string): void {
    this.#tell(name);
    const pool = this.#options.poolOf(name);
    if (pool === undefined) this.#forget(name);
    else if (this.#isDue(pool)) this.#queue.add(name);
  }

  /** Forgets what has not been written yet: the right to write is gone. */
  clear(): void {
    this.#queue.clear();
    this.#waiting.clear();
  }

  /** Resolves when nothing is being written any more. */
  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #look(name: string): Promise<void> {
    const { store, leadership, poolOf } = this.#options;
    const pool = poolOf(name);
    if (pool === undefined || !leadership.held() || !this.#isDue(pool)) return;
    const isNeeded = this.#isNeeded(name);
    const precondition = { resourceVersion: pool.metadata.resourceVersion };
    if (!isNeeded) this.#released.add(name);
    const finalizers = finalizersWith(pool, ADDRESSES_HELD, isNeeded);
    await store.setFinalizers(IPAddressPoolKind, keyOf(pool), finalizers, precondition);
    if (!isNeeded) return;
    this.#released.delete(name);
    this.#tell(name);
  }

  #isDue(pool: IPAddressPool): boolean {
    const { name } = pool.metadata;
    if (this.#isNeeded(name)) return this.isOpen(name);
    return hasFinalizer(pool, ADDRESSES_HELD) && this.#options.isFree(pool);
  }

  #isNeeded(name: string): boolean {
    return this.#waiting.has(name) || this.#options.isHeld(name);
  }

  /** What waits for a pool that is gone is decided anew. */
  #forget(name: string): void {
    this.#released.delete(name);
    this.#waiting.delete(name);
  }

  #tell(name: string): void {
    const services = this.#waiting.get(name);
    if (services === undefined || !this.guards(name)) return;
    this.#waiting.delete(name);
    this.#options.onGuarded(services);
  }

  /** A conflict means that a newer state is on its way, which will be looked at when it is here; the retry is a net. */
  #failed(name: string, error: unknown, retryIn: number): void {
    const code = error instanceof StoreError ? error.code : 'Unexpected';
    const services = this.#waiting.get(name)?.size ?? 0;
    const fields = { pool: name, code, servicesWaiting: services, retryInMillis: Math.round(retryIn), error };
    const { logger } = this.#options;
    if (code === 'Conflict' || code === 'NotFound') logger.debug('finalizer of a pool overtaken', fields);
    else logger.warn('cannot write the finalizer of a pool: no address of it is published meanwhile', fields);
  }
}

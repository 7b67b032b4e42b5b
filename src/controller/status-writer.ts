import type { Kind } from '../api/kind.ts';
import { type KubernetesObject, keyOf } from '../api/object.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import { type MergePatch, type StatusOf, type Store, StoreError } from '../store/store.ts';
import { WorkQueue } from '../store/work-queue.ts';
import type { ControllerMetrics } from './metrics.ts';

/** What a {@link StatusWriter} works with. */
export interface StatusWriterOptions<T extends KubernetesObject> {
  readonly store: Store;
  readonly kind: Kind<T>;
  readonly leadership: Leadership;
  readonly logger: Logger;
  readonly metrics: ControllerMetrics;
  /** The object as last seen, and what has to change in its status; null when nothing has. Asked at the last moment. */
  readonly outstanding: (key: string) => { readonly object: T; readonly patch: MergePatch<StatusOf<T>> } | null;
  /** Told of each write that has been made. */
  readonly onWritten?: (object: T, patch: MergePatch<StatusOf<T>>) => void;
}

/**
 * Brings the status of objects of one kind in line with what was decided. Level-triggered: a key says only that
 * something may have to be written; what, is worked out when its turn comes. Each write carries the state of the object
 * it was decided on, and is made only while this process leads.
 */
export class StatusWriter<T extends KubernetesObject> {
  readonly #options: StatusWriterOptions<T>;
  readonly #queue: WorkQueue;

  constructor(options: StatusWriterOptions<T>) {
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (key) => this.#write(key),
      onFailure: (key, error, retryIn) => this.#failed(key, error, retryIn),
    });
  }

  /** Says that the status of an object may have to change. */
  check(key: string): void {
    this.#queue.add(key);
  }

  /** Forgets what has not been written yet: the right to write is gone. */
  clear(): void {
    this.#queue.clear();
  }

  /** Resolves when nothing remains to be written. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** How much remains to be written. */
  get size(): number {
    return this.#queue.size;
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #write(key: string): Promise<void> {
    const { store, kind, leadership, metrics } = this.#options;
    const due = this.#options.outstanding(key);
    if (due === null || !leadership.held()) return;
    const { resourceVersion } = due.object.metadata;
    await store.patchStatus(kind, keyOf(due.object), due.patch, { resourceVersion });
    metrics.wrote(kind.kind, 'ok');
    this.#options.onWritten?.(due.object, due.patch);
  }

  /** A conflict means that a newer state is on its way, which will be looked at when it is here; the retry is a net. */
  #failed(key: string, error: unknown, retryIn: number): void {
    const { kind, logger, metrics } = this.#options;
    const code = error instanceof StoreError ? error.code : 'Unexpected';
    metrics.wrote(kind.kind, code);
    const fields = { kind: kind.kind, object: key, code, retryInMillis: Math.round(retryIn), error };
    if (code === 'Conflict' || code === 'NotFound') logger.debug('status write overtaken', fields);
    else logger.warn('cannot write status, trying again', fields);
  }
}

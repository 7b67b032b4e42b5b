import { finalizersWith, hasFinalizer, IN_USE } from '../api/finalizers.ts';
import type { Kind } from '../api/kind.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import { type Store, StoreError } from '../store/store.ts';
import { WorkQueue } from '../store/work-queue.ts';

/** What a {@link UseFinalizers} works with. */
export interface UseFinalizersOptions<T extends KubernetesObject> {
  readonly store: Pick<Store, 'setFinalizers'>;
  readonly kind: Kind<T>;
  readonly leadership: Leadership;
  readonly logger: Logger;
}

/**
 * Keeps the finalizer {@link IN_USE} on the objects of one kind that others name, and on no more. Nothing waits for it: an
 * object that is deleted before it has its finalizer is gone, as one that never was.
 */
export class UseFinalizers<T extends KubernetesObject> {
  readonly #options: UseFinalizersOptions<T>;
  readonly #queue: WorkQueue;
  #judged: ReadonlyMap<string, { readonly object: T; readonly isUsed: boolean }> = new Map();

  constructor(options: UseFinalizersOptions<T>) {
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (key) => this.#write(key),
      onFailure: (key, error, retryIn) => this.#failed(key, error, retryIn),
    });
  }

  /** How much remains to be written. */
  get size(): number {
    return this.#queue.size;
  }

  /** @param objects all of the kind. */
  judge(objects: readonly T[], isUsed: (object: T) => boolean): void {
    this.#judged = new Map(objects.map((object) => [keyText(keyOf(object)), { object, isUsed: isUsed(object) }]));
    for (const [key, { object, isUsed }] of this.#judged) if (isDue(object, isUsed)) this.#queue.add(key);
  }

  /** Another process writes from now on. */
  clear(): void {
    this.#judged = new Map();
    this.#queue.clear();
  }

  /** Resolves when nothing is being written any more. */
  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #write(key: string): Promise<void> {
    const { store, kind, leadership } = this.#options;
    const judged = this.#judged.get(key);
    if (judged === undefined || !leadership.held() || !isDue(judged.object, judged.isUsed)) return;
    const { object, isUsed } = judged;
    const { resourceVersion } = object.metadata;
    await store.setFinalizers(kind, keyOf(object), finalizersWith(object, IN_USE, isUsed), { resourceVersion });
  }

  /** A conflict means that a newer state is on its way, which will be looked at when it is here; the retry is a net. */
  #failed(key: string, error: unknown, retryIn: number): void {
    const { kind, logger } = this.#options;
    const code = error instanceof StoreError ? error.code : 'Unexpected';
    const fields = { kind: kind.kind, object: key, code, retryInMillis: Math.round(retryIn), error };
    if (code === 'Conflict' || code === 'NotFound') logger.debug('finalizer overtaken', fields);
    else logger.warn('cannot write the finalizer that keeps what is named by others from vanishing', fields);
  }
}

/** What is being deleted takes no more finalizers. */
function isDue(object: KubernetesObject, isUsed: boolean): boolean {
  if (hasFinalizer(object, IN_USE)) return !isUsed;
  return isUsed && object.metadata.deletionTimestamp === undefined;
}

import type { Kind } from '../api/kind.ts';
import type { KubernetesObject } from '../api/object.ts';
import type { Logger } from '../log/logger.ts';
import { ObjectCache } from '../store/object-cache.ts';
import { type Store, StoreError } from '../store/store.ts';

/** Milliseconds until a store that is out of reach is asked once more. */
const ASK_AGAIN = 1_000;

/** The objects of a kind that not every store has: followed where it does, none where it does not. */
export class OptionalKind<T extends KubernetesObject> {
  /** Resolves when all objects are known, or it is clear that there are none. */
  readonly synced: Promise<void>;
  #isStopped = false;
  #endPause = () => {};
  #cache: ObjectCache<T> | undefined;

  constructor(store: Store, kind: Kind<T>, logger: Logger, onEvent: () => void) {
    this.synced = this.#follow(store, kind, logger, onEvent);
  }

  values(): Iterable<T> {
    return this.#cache?.values() ?? [];
  }

  stop(): void {
    this.#isStopped = true;
    this.#endPause();
    this.#cache?.stop();
  }

  async #follow(store: Store, kind: Kind<T>, logger: Logger, onEvent: () => void): Promise<void> {
    while (!this.#isStopped) {
      try {
        await store.list(kind);
        if (this.#isStopped) return;
        this.#cache = new ObjectCache(store, kind, onEvent);
        return await this.#cache.synced;
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'Unavailable') {
          logger.info('this store has no objects of a kind, and none are expected', { kind: kind.kind, error });
          return;
        }
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ASK_AGAIN);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

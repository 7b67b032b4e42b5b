import type { Kind } from '../api/kind.ts';
import type { KubernetesObject } from '../api/object.ts';
import type { Logger } from '../log/logger.ts';
import { ObjectCache } from '../store/object-cache.ts';
import { type Store, StoreError, type StoreErrorCode } from '../store/store.ts';

/** Milliseconds until a store that does not say whether it has the kind is asked once more. */
const ASK_AGAIN = 1_000;
/** The same for one that does not have it: a server may come to have it while this process lives. */
const LOOK_AGAIN = 30_000;

/** A kind whose objects are waited for, as they cannot be listed. */
export interface Unlisted {
  /** Such as `BGPPeer`. */
  readonly kind: string;
  readonly reason: string;
}

/**
 * The objects of a kind that not every store has: followed where it does, none where it does not. Only `NotFound` means
 * that it does not: a right that is missing is waited for.
 */
export class OptionalKind<T extends KubernetesObject> {
  /** Resolves when all objects are known, or it is clear that there are none. */
  readonly synced: Promise<void>;
  #resolveSynced = () => {};
  #isStopped = false;
  #endPause = () => {};
  #cache: ObjectCache<T> | undefined;
  #unlisted: Unlisted | undefined;
  #isAwaited = true;

  constructor(store: Store, kind: Kind<T>, logger: Logger, onEvent: () => void) {
    this.synced = new Promise((resolve) => {
      this.#resolveSynced = () => {
        this.#isAwaited = false;
        resolve();
      };
    });
    void this.#follow(store, kind, logger, onEvent);
  }

  values(): Iterable<T> {
    return this.#cache?.values() ?? [];
  }

  get isEmpty(): boolean {
    return this.#cache === undefined || this.#cache.size === 0;
  }

  /** What keeps {@link OptionalKind.synced} from resolving; undefined where nothing does that a list has told of. */
  unlisted(): Unlisted | undefined {
    return this.#isAwaited ? this.#unlisted : undefined;
  }

  stop(): void {
    this.#isStopped = true;
    this.#endPause();
    this.#cache?.stop();
  }

  async #follow(store: Store, kind: Kind<T>, logger: Logger, onEvent: () => void): Promise<void> {
    let told: StoreErrorCode | undefined;
    while (!this.#isStopped) {
      const error = await failureOf(store.list(kind));
      if (this.#isStopped) break;
      this.#unlisted = error && { kind: kind.kind, reason: error.message };
      if (error === undefined) {
        this.#cache = new ObjectCache(store, kind, onEvent);
        await this.#cache.synced;
        break;
      }
      if (error.code !== told) this.#tell(kind, logger, error);
      told = error.code;
      if (error.code === 'NotFound') this.#resolveSynced();
      await this.#pause(error.code === 'NotFound' ? LOOK_AGAIN : ASK_AGAIN);
    }
    this.#resolveSynced();
  }

  #tell({ apiVersion, kind, plural }: Kind<T>, logger: Logger, error: StoreError): void {
    if (error.code === 'NotFound') {
      logger.info('this store does not have a kind: none of its objects are expected', { kind, apiVersion, error });
      return;
    }
    const remedy =
      error.code === 'Forbidden' ? `; give it the rights list and watch on ${plural} of ${apiVersion}` : '';
    logger.warn(`cannot list ${plural}, and decides nothing before it can${remedy}`, { kind, code: error.code, error });
  }

  #pause(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function failureOf(call: Promise<unknown>): Promise<StoreError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof StoreError ? error : new StoreError('Unavailable', String(error), { cause: error });
  }
}

import type { Kind } from '../api/kind.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import type { Store, Watch, WatchEvent } from './store.ts';

/** How an {@link ObjectCache} is set up. */
export interface ObjectCacheOptions {
  /** Whether a store may do without the kind: then there are none, for as long as that is so. Default: false. */
  readonly isOptional?: boolean;
}

/** All objects of one kind, by `namespace/name`, as a store last told of them. */
export class ObjectCache<T extends KubernetesObject> {
  /** Resolves when every object that was there at the start is known, or it is clear that there can be none. */
  readonly synced: Promise<void>;
  readonly #objects = new Map<string, T>();
  readonly #watch: Watch;

  /** @param onEvent called after the cache has taken in a change. */
  constructor(
    store: Pick<Store, 'watch'>,
    kind: Kind<T>,
    onEvent: (event: WatchEvent<T>) => void = () => {},
    { isOptional = false }: ObjectCacheOptions = {},
  ) {
    let onSynced = () => {};
    this.synced = new Promise((resolve) => {
      onSynced = resolve;
    });
    this.#watch = store.watch(kind, {
      onEvent: (event) => this.#take(event, onEvent),
      onSynced: () => onSynced(),
      ...(isOptional ? { onMissing: () => onSynced() } : {}),
    });
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  get size(): number {
    return this.#objects.size;
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** The objects, in no particular order. */
  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  stop(): void {
    this.#watch.stop();
  }

  #take(event: WatchEvent<T>, onEvent: (event: WatchEvent<T>) => void): void {
    const key = keyText(keyOf(event.object));
    if (event.type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, event.object);
    onEvent(event);
  }
}

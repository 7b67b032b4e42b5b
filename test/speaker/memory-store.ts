import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '../../src/api/kind.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../src/api/object.ts';
import { applyMergePatch } from '../../src/store/merge-patch.ts';
import { type Store, StoreError, type Watch, type WatchEvent, type WatchHandler } from '../../src/store/store.ts';

interface Entry {
  readonly kind: string;
  readonly handler: WatchHandler<KubernetesObject>;
}

/**
 * Objects that several speakers of one test share. It delivers in microtasks, and can be cut off from one of its users
 * as a folder on a lost network share is.
 */
export class MemoryObjects {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watches = new Set<Entry & { readonly user: MemoryStore }>();
  /** Every successful write by Berth, as `kind name`. */
  readonly writes: string[] = [];

  put(object: KubernetesObject): void {
    const key = idOf(object.kind, keyOf(object));
    const before = this.#objects.get(key);
    if (before !== undefined && isDeepStrictEqual(before, object)) return;
    this.#objects.set(key, object);
    this.#deliver(object.kind, { type: before === undefined ? 'ADDED' : 'MODIFIED', object });
  }

  remove(kind: string, key: ObjectKey): void {
    const object = this.#objects.get(idOf(kind, key));
    if (object === undefined) return;
    this.#objects.delete(idOf(kind, key));
    this.#deliver(kind, { type: 'DELETED', object });
  }

  find(kind: string, key: ObjectKey): KubernetesObject | undefined {
    return this.#objects.get(idOf(kind, key));
  }

  all(kind: string): readonly KubernetesObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  watch(user: MemoryStore, kind: string, handler: WatchHandler<KubernetesObject>): Watch {
    const entry = { user, kind, handler };
    this.#watches.add(entry);
    const initial = this.all(kind);
    queueMicrotask(() => {
      for (const object of initial) if (this.#watches.has(entry)) handler.onEvent({ type: 'ADDED', object });
      if (this.#watches.has(entry)) handler.onSynced?.();
    });
    return { stop: () => void this.#watches.delete(entry) };
  }

  #deliver(kind: string, event: WatchEvent<KubernetesObject>): void {
    for (const entry of this.#watches) {
      if (entry.kind === kind) queueMicrotask(() => this.#watches.has(entry) && entry.handler.onEvent(event));
    }
  }
}

/** One user's view of {@link MemoryObjects}. */
export class MemoryStore implements Store {
  /** While true every write fails with `Unavailable`. */
  cut = false;
  /** While true a watch that begins is told nothing, as where an API server is down; see {@link speakAgain}. */
  silent = false;
  readonly #unheard: (() => void)[] = [];

  constructor(readonly objects: MemoryObjects) {}

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    if (this.silent) {
      let watch: Watch | undefined;
      let isStopped = false;
      this.#unheard.push(() => {
        if (!isStopped) watch = this.watch(kind, handler);
      });
      return {
        stop: () => {
          isStopped = true;
          watch?.stop();
        },
      };
    }
    return this.objects.watch(this, kind.kind, handler as unknown as WatchHandler<KubernetesObject>);
  }

  /** The watches that have waited begin. */
  speakAgain(): void {
    this.silent = false;
    for (const begin of this.#unheard.splice(0)) begin();
  }

  async catchUp(): Promise<void> {}

  async get<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined> {
    return this.objects.find(kind.kind, key) as T | undefined;
  }

  async list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]> {
    return this.objects.all(kind.kind) as unknown as readonly T[];
  }

  async create<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T> {
    this.#reach();
    if (this.objects.find(kind.kind, keyOf(object)) !== undefined) throw new StoreError('AlreadyExists', 'there');
    return this.#write(object);
  }

  async update<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T> {
    this.#reach();
    if (this.objects.find(kind.kind, keyOf(object)) === undefined) throw new StoreError('NotFound', 'not there');
    return this.#write(object);
  }

  async patchStatus<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey, patch: object): Promise<void> {
    this.#patch(kind, key, patch);
  }

  #patch<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey, patch: object): T {
    this.#reach();
    const object = this.objects.find(kind.kind, key) as (KubernetesObject & { status?: object }) | undefined;
    if (object === undefined) throw new StoreError('NotFound', 'not there');
    return this.#write({ ...object, status: applyMergePatch(object.status ?? {}, patch) } as unknown as T);
  }

  async applyStatus<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey, status: object): Promise<T> {
    return this.#patch(kind, key, status);
  }

  async setFinalizers<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    finalizers: readonly string[],
  ): Promise<void> {
    this.#reach();
    const object = this.objects.find(kind.kind, key);
    if (object === undefined) throw new StoreError('NotFound', 'not there');
    this.#write({ ...object, metadata: { ...object.metadata, finalizers } });
  }

  async delete<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<void> {
    this.#reach();
    this.objects.remove(kind.kind, key);
  }

  async close(): Promise<void> {}

  #reach(): void {
    if (this.cut) throw new StoreError('Unavailable', 'the store is out of reach');
  }

  #write<T extends KubernetesObject>(object: T): T {
    this.objects.writes.push(`${object.kind} ${keyText(keyOf(object))}`);
    this.objects.put(object);
    return object;
  }
}

function idOf(kind: string, key: ObjectKey): string {
  return `${kind} ${keyText(key)}`;
}

import type { Kind } from '../../src/api/kind.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../src/api/object.ts';
import { applyMergePatch } from '../../src/store/merge-patch.ts';
import { type Precondition, type Store, StoreError, type Watch, type WatchHandler } from '../../src/store/store.ts';

type Status = { readonly status?: object };

interface Entry {
  readonly client: CrashingStore;
  readonly kind: string;
  readonly handler: WatchHandler<KubernetesObject>;
}

/**
 * Objects as an API server keeps them: each write makes a new resourceVersion, preconditions are checked, and an object
 * that is being deleted goes with its last finalizer. It outlives the processes that use it, each of them by a
 * {@link CrashingStore} of its own.
 */
export class MemoryServer {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watches = new Set<Entry>();
  #version = 0;

  constructor(objects: Iterable<KubernetesObject>) {
    for (const object of objects) this.store(object);
  }

  find(kind: string, key: ObjectKey): KubernetesObject | undefined {
    return this.#objects.get(idOf(kind, key));
  }

  all(): readonly KubernetesObject[] {
    return [...this.#objects.values()];
  }

  /** Adds or replaces an object, or removes one that nothing holds back any more. */
  store<T extends KubernetesObject>(object: T): T {
    const id = idOf(object.kind, keyOf(object));
    const isNew = !this.#objects.has(id);
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const isGone = deletionTimestamp !== undefined && finalizers.length === 0 && object.kind === 'IPAddressPool';
    if (isGone) this.#objects.delete(id);
    else this.#objects.set(id, stored);
    const type = isGone ? 'DELETED' : isNew ? 'ADDED' : 'MODIFIED';
    for (const entry of this.#watches) {
      if (entry.kind === object.kind) this.#deliver(entry, () => entry.handler.onEvent({ type, object: stored }));
    }
    return stored;
  }

  watch(client: CrashingStore, kind: string, handler: WatchHandler<KubernetesObject>): Watch {
    const entry = { client, kind, handler };
    this.#watches.add(entry);
    const known = this.all().filter((object) => object.kind === kind);
    for (const object of known) this.#deliver(entry, () => handler.onEvent({ type: 'ADDED', object }));
    this.#deliver(entry, () => handler.onSynced?.());
    return { stop: () => void this.#watches.delete(entry) };
  }

  #deliver(entry: Entry, tell: () => void): void {
    queueMicrotask(() => {
      if (this.#watches.has(entry) && !entry.client.isDead) tell();
    });
  }
}

/** One process's access to a {@link MemoryServer}, which ends with a write: that one still arrives. */
export class CrashingStore implements Store {
  /** How many writes have arrived. */
  writes = 0;
  readonly #server: MemoryServer;
  readonly #lastWrite: number;

  /** @param lastWrite the number of the write after which the process is dead. */
  constructor(server: MemoryServer, lastWrite = Number.POSITIVE_INFINITY) {
    this.#server = server;
    this.#lastWrite = lastWrite;
  }

  get isDead(): boolean {
    return this.writes >= this.#lastWrite;
  }

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    return this.#server.watch(this, kind.kind, handler as unknown as WatchHandler<KubernetesObject>);
  }

  async catchUp(): Promise<void> {}

  async get<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined> {
    return this.#server.find(kind.kind, key) as T | undefined;
  }

  async list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]> {
    return this.#server.all().filter((object) => object.kind === kind.kind) as unknown as readonly T[];
  }

  async patchStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: object,
    precondition?: Precondition,
  ): Promise<void> {
    await this.#write<T & Status>(kind, key, precondition, (object) => {
      return { ...object, status: applyMergePatch(object.status ?? {}, patch) as object };
    });
  }

  async setFinalizers<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    finalizers: readonly string[],
    precondition?: Precondition,
  ): Promise<void> {
    await this.#write<T>(kind, key, precondition, (object) => {
      return { ...object, metadata: { ...object.metadata, finalizers } };
    });
  }

  create = refuse;
  update = refuse;
  applyStatus = refuse;
  delete = refuse;

  async close(): Promise<void> {}

  async #write<T extends KubernetesObject>(
    { kind }: { readonly kind: string },
    key: ObjectKey,
    { resourceVersion }: Precondition = {},
    change: (object: T) => T,
  ): Promise<void> {
    if (this.isDead) throw new StoreError('Unavailable', 'the process is dead');
    const object = this.#server.find(kind, key) as T | undefined;
    if (object === undefined) throw new StoreError('NotFound', `no ${kind} ${keyText(key)}`);
    if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion) {
      throw new StoreError('Conflict', `${kind} ${keyText(key)} has changed`);
    }
    this.writes += 1;
    this.#server.store(change(object));
    if (this.isDead) throw new StoreError('Unavailable', 'the process died before the answer came');
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new StoreError('Invalid', 'allocation makes no such write'));
}

function idOf(kind: string, key: ObjectKey): string {
  return `${kind} ${keyText(key)}`;
}

import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey, ObjectMeta } from '../../api/object.ts';
import { isWrittenByBerth } from '../owned-kinds.ts';
import type { WatchEvent } from '../store.ts';
import { idOf, type ObjectId, resourceOf } from './object-id.ts';
import { withResourceVersion } from './resource-version.ts';

type WithManagers = ObjectMeta & { readonly managedFields?: unknown };
type WithStatus = KubernetesObject & { readonly metadata: WithManagers; readonly status?: unknown };

interface Entry {
  readonly kind: Kind<KubernetesObject>;
  readonly key: ObjectKey;
  /** As people wrote it. */
  readonly document?: KubernetesObject | undefined;
  /** As Berth wrote it. */
  readonly state?: KubernetesObject | undefined;
  /** What people have removed, for as long as finalizers in the state hold it back. */
  readonly removed?: KubernetesObject | undefined;
  /** What readers see of the two. */
  readonly object?: KubernetesObject | undefined;
}

/** The state of an object that no document defines. */
export interface Orphan {
  readonly kind: Kind<KubernetesObject>;
  readonly key: ObjectKey;
  readonly state: KubernetesObject;
}

/** Called with each change of what readers see. */
export type ObjectListener = (kind: Kind<KubernetesObject>, event: WatchEvent<KubernetesObject>) => void;

/** All objects: people's documents with the status of the state files laid over them. */
export class ObjectTable {
  readonly #entries = new Map<string, Map<ObjectId, Entry>>();

  constructor(
    kinds: readonly Kind<KubernetesObject>[],
    private readonly onChange: ObjectListener,
  ) {
    for (const kind of kinds) this.#entries.set(resourceOf(kind), new Map());
  }

  /** Whether objects of this kind can be in the table. */
  knows(kind: Kind<KubernetesObject>): boolean {
    return this.#entries.has(resourceOf(kind));
  }

  get(kind: Kind<KubernetesObject>, key: ObjectKey): KubernetesObject | undefined {
    return this.#entry(kind, key)?.object;
  }

  /** Ordered by namespace and name. */
  list(kind: Kind<KubernetesObject>): readonly KubernetesObject[] {
    const objects = [...(this.#entries.get(resourceOf(kind))?.values() ?? [])].flatMap(({ object }) => object ?? []);
    return objects.sort(
      (a, b) =>
        compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name),
    );
  }

  /** Whether there is a document, and whether there is a state, of an object. */
  partsOf(kind: Kind<KubernetesObject>, key: ObjectKey): { readonly document: boolean; readonly state: boolean } {
    const entry = this.#entry(kind, key);
    return { document: entry?.document !== undefined, state: entry?.state !== undefined };
  }

  setDocument(kind: Kind<KubernetesObject>, key: ObjectKey, document: KubernetesObject | undefined): void {
    const entry = this.#entry(kind, key);
    const removed = document ? undefined : (entry?.document ?? entry?.removed);
    this.#set({ ...entry, kind, key, document, removed });
  }

  /** Says that the document which a state lacks has been removed, and is not just somewhere out of sight. */
  confirmRemoved(kind: Kind<KubernetesObject>, key: ObjectKey): void {
    const entry = this.#entry(kind, key);
    if (entry && !entry.document && !entry.removed) this.#set({ ...entry, removed: entry.state });
  }

  setState(kind: Kind<KubernetesObject>, key: ObjectKey, state: KubernetesObject | undefined): void {
    this.#set({ ...this.#entry(kind, key), kind, key, state });
  }

  /** States of objects that people define, though no document does at present. */
  orphans(): readonly Orphan[] {
    return [...this.#entries.values()].flatMap((entries) =>
      [...entries.values()].flatMap(({ kind, key, document, state }) =>
        state && !document && !isWrittenByBerth(kind) ? [{ kind, key, state }] : [],
      ),
    );
  }

  #entry(kind: Kind<KubernetesObject>, key: ObjectKey): Entry | undefined {
    return this.#entries.get(resourceOf(kind))?.get(idOf(kind, key));
  }

  #set(entry: Entry): void {
    const { kind, key, document, state, removed } = entry;
    const before = this.#entry(kind, key)?.object;
    const merged = mergedObject(entry);
    const after = merged && withResourceVersion(merged);
    const same = before?.metadata.resourceVersion === after?.metadata.resourceVersion;
    const object = same ? before : after;
    const entries = this.#entries.get(resourceOf(kind));
    if (document || state) entries?.set(idOf(kind, key), { kind, key, document, state, removed, object });
    else entries?.delete(idOf(kind, key));
    if (same) return;
    if (after) this.onChange(kind, { type: before ? 'MODIFIED' : 'ADDED', object: after });
    else if (before) this.onChange(kind, { type: 'DELETED', object: before });
  }
}

function mergedObject({ kind, document, state, removed }: Entry): KubernetesObject | undefined {
  if (isWrittenByBerth(kind)) return state ?? document;
  const written = document ?? (isHeldBack(state) ? removed : undefined);
  if (!written) return undefined;
  const { status: theirs, metadata, ...rest } = written as WithStatus;
  const { finalizers: _theirs, ...people } = metadata;
  const { status, metadata: ours } = (state as WithStatus | undefined) ?? { status: theirs, metadata: {} };
  const { finalizers, managedFields } = ours as Partial<WithManagers>;
  const merged: WithManagers = {
    ...people,
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(managedFields === undefined ? {} : { managedFields }),
    ...(document ? {} : { deletionTimestamp: REMOVED_AT }),
  };
  return { ...rest, metadata: merged, ...(status === undefined ? {} : { status }) } as WithStatus;
}

/** A folder does not tell since when something has been missing, and every process has to see the same object. */
const REMOVED_AT = '1970-01-01T00:00:00Z';

/** Whether a state has finalizers, so that the object stays when people remove it. */
export function isHeldBack(state: KubernetesObject | undefined): boolean {
  return (state?.metadata.finalizers?.length ?? 0) > 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

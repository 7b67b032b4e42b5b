import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey, ObjectMeta } from '../../api/object.ts';
import type { LocatedObject } from '../../store/directory/documents.ts';
import { idOf, idOfObject, type ObjectId } from '../../store/directory/object-id.ts';

/** Objects by what they are. */
export class ObjectSet {
  readonly #objects = new Map<ObjectId, KubernetesObject>();

  get size(): number {
    return this.#objects.size;
  }

  values(): readonly KubernetesObject[] {
    return [...this.#objects.values()];
  }

  put(kind: Kind<KubernetesObject>, object: KubernetesObject): void {
    this.#objects.set(idOfObject(kind, object), object);
  }

  /** Lays an object over what is there, as `kubectl apply` does: see {@link applied}. */
  apply({ kind, object }: Pick<LocatedObject, 'kind' | 'object'>): void {
    const live = this.#objects.get(idOfObject(kind, object));
    this.put(kind, live ? applied(live, object) : object);
  }

  /** Takes an object away and returns it; undefined where there is none. */
  take(kind: Kind<KubernetesObject>, key: ObjectKey): KubernetesObject | undefined {
    const id = idOf(kind, key);
    const object = this.#objects.get(id);
    this.#objects.delete(id);
    return object;
  }
}

/** What the server sets once and no manifest changes. */
const SERVER_OWNED = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp'] as const;

/**
 * The object as it is once the file is applied: what the file asks for, with the status, identity and age of the object
 * that is there, since a manifest cannot change these.
 */
function applied(live: KubernetesObject, file: KubernetesObject): KubernetesObject {
  const owned = SERVER_OWNED.flatMap((field) =>
    live.metadata[field] === undefined ? [] : [[field, live.metadata[field]]],
  );
  const metadata: ObjectMeta = { ...live.metadata, ...file.metadata, ...Object.fromEntries(owned) };
  const status = 'status' in live ? { status: live.status } : {};
  return { ...file, metadata, ...status } as KubernetesObject;
}

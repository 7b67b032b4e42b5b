import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '../../api/kind.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import type { KubernetesObject, ObjectKey, ObjectMeta } from '../../api/object.ts';
import type { LocatedObject } from '../../store/directory/documents.ts';
import { idOf, idOfObject, type ObjectId } from '../../store/directory/object-id.ts';

/** Objects by what they are. */
export class ObjectSet {
  readonly #objects = new Map<ObjectId, KubernetesObject>();

  /** @param isFolder whether the objects are those of a folder, where a file that returns ends a deletion. */
  constructor(private readonly isFolder = false) {}

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
    this.put(kind, live ? applied(this.isFolder ? withoutDeletion(live) : live, object) : object);
  }

  /** Takes an object away and returns it; undefined where there is none. */
  take(kind: Kind<KubernetesObject>, key: ObjectKey): KubernetesObject | undefined {
    const id = idOf(kind, key);
    const object = this.#objects.get(id);
    this.#objects.delete(id);
    return object;
  }
}

function withoutDeletion(object: KubernetesObject): KubernetesObject {
  const { deletionTimestamp: _, ...metadata } = object.metadata;
  return { ...object, metadata };
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
  return { ...file, ...filledIn(live as Service, file as Service), metadata, ...status } as KubernetesObject;
}

/** What an API server fills in where a Service does not say it, and keeps for as long as it says nothing else. */
const FILLED_IN = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const;

function filledIn(live: Service, file: Service): Pick<Service, 'spec'> {
  if (file.kind !== 'Service' || live.spec === undefined) return {};
  const { spec = {} } = file;
  if (FILLED_IN.some((field) => spec[field] !== undefined && !isDeepStrictEqual(spec[field], live.spec?.[field])))
    return {};
  const filled = FILLED_IN.flatMap((field) => (live.spec?.[field] === undefined ? [] : [[field, live.spec[field]]]));
  return { spec: { ...spec, ...Object.fromEntries(filled) } };
}

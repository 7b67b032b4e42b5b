import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
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

  /** Adds an object, in place of that of its kind and name. */
  put(kind: Kind<KubernetesObject>, object: KubernetesObject): void {
    this.#objects.set(idOfObject(kind, object), object);
  }

  get(kind: Kind<KubernetesObject>, key: ObjectKey): KubernetesObject | undefined {
    return this.#objects.get(idOf(kind, key));
  }

  /** Takes an object away and returns it; undefined where there is none. */
  take(kind: Kind<KubernetesObject>, key: ObjectKey): KubernetesObject | undefined {
    const object = this.get(kind, key);
    this.#objects.delete(idOf(kind, key));
    return object;
  }
}

import { groupOf, type Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../api/object.ts';

/** Names one object among those of all kinds, such as `ipaddresspools.berth.dev/public` or `services/default/web`. */
export type ObjectId = string;

/** The resource of a kind as kubectl takes it: `services`, or `ipaddresspools.berth.dev`. */
export function resourceOf(kind: Kind<KubernetesObject>): string {
  const group = groupOf(kind);
  return group === '' ? kind.plural : `${kind.plural}.${group}`;
}

/** The id of an object by its kind and key. */
export function idOf(kind: Kind<KubernetesObject>, key: ObjectKey): ObjectId {
  return `${resourceOf(kind)}/${kind.namespaced ? keyText(key) : key.name}`;
}

/** The id of an object of a kind. */
export function idOfObject(kind: Kind<KubernetesObject>, object: KubernetesObject): ObjectId {
  return idOf(kind, keyOf(object));
}

import { groupOf, type Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
import { DEFAULT_NAMESPACE } from '../../api/schema/define-kind.ts';

type KindNames = Pick<Kind<KubernetesObject>, 'apiVersion' | 'plural' | 'namespaced'>;

/** The URL path of all objects of a kind, or of those in one namespace. */
export function collectionPath(kind: KindNames, namespace?: string): string {
  const root = groupOf(kind) === '' ? '/api' : '/apis';
  const scope = kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${kind.apiVersion}${scope}/${kind.plural}`;
}

/** The URL path of one object. A key of a namespaced kind that names no namespace is in `default`, as for kubectl. */
export function objectPath(kind: KindNames, key: ObjectKey): string {
  return `${collectionPath(kind, key.namespace ?? DEFAULT_NAMESPACE)}/${encodeURIComponent(key.name)}`;
}

/** The URL path of the status of one object. */
export function statusPath(kind: KindNames, key: ObjectKey): string {
  return `${objectPath(kind, key)}/status`;
}

import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { type Precondition, StoreError } from '../store.ts';

/** The object, in the state that a write was decided on. @throws StoreError */
export function checkState(
  current: KubernetesObject | undefined,
  name: string,
  { resourceVersion }: Precondition,
): KubernetesObject {
  if (!current) throw new StoreError('NotFound', `${name} is not there`);
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
    throw new StoreError('Conflict', `${name} has changed since it was read: read it again`);
  }
  return current;
}

/** The object that a value of this kind is. @throws StoreError `Invalid` naming every fault */
export function parseObject<T extends KubernetesObject>(kind: Kind<T>, value: unknown): T {
  const parsed = kind.parse(value);
  if (parsed.ok) return parsed.object;
  const faults = parsed.faults.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  throw new StoreError('Invalid', `${kind.kind}: ${faults.join('; ')}`);
}

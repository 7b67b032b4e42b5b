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

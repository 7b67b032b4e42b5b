import type { KubernetesObject } from '../../api/object.ts';
import { StoreError } from '../store.ts';
import type { StateDecision } from './state-files.ts';

/**
 * What becomes of the state of an object that is to have these finalizers, as an API server does it: what people have
 * removed goes with the last one, and can be given no more.
 *
 * @param isDefined whether a document still defines the object.
 * @throws StoreError `Invalid`
 */
export function withFinalizers(
  object: KubernetesObject,
  finalizers: readonly string[],
  isDefined: boolean,
  name: string,
): StateDecision {
  const { finalizers: before = [], ...metadata } = object.metadata;
  if (!isDefined && finalizers.some((finalizer) => !before.includes(finalizer))) {
    throw new StoreError('Invalid', `${name} is being deleted: nothing more can hold it back`);
  }
  if (!isDefined && finalizers.length === 0) return 'remove';
  return { write: { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } } };
}

import type { FoundCondition } from '../api/conditions.ts';
import type { KubernetesObject } from '../api/object.ts';

/** An object whose status has conditions. */
export interface ObjectWithConditions extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly FoundCondition[] | undefined } | undefined;
}

import type { KubernetesObject } from './object.ts';

/** One thing wrong with one field of one object. */
export interface FieldFault {
  /** Path from the object's root as kubectl writes it, such as `spec.addresses[2]`; empty for the object itself. */
  readonly field: string;
  /** The cause and the remedy, without the field's name. */
  readonly message: string;
}

/** What {@link Kind.parse} found: the object, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly object: T }
  | { readonly ok: false; readonly faults: readonly FieldFault[] };

/** A kind of object as the stores see it: its names, its scope and its run-time check. */
export interface Kind<T extends KubernetesObject> {
  /** `v1` for the core group, else `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The resource name in URLs and in RBAC rules, such as `ipaddresspools`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Checks an unknown value, fills in defaults, and names every fault it has, not only the first. */
  parse(value: unknown): Parsed<T>;
}

/** The API group of a kind: `''` for the core group. */
export function groupOf(kind: Pick<Kind<KubernetesObject>, 'apiVersion'>): string {
  const slash = kind.apiVersion.indexOf('/');
  return slash < 0 ? '' : kind.apiVersion.slice(0, slash);
}

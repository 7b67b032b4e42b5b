import type { KubernetesObject } from '../api/object.ts';
import type { CustomKind } from '../api/schema/custom-kind.ts';

/** An object of ours as people would write it: nothing is filled in. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Something that a translation changed or left out, for the reader of it. */
export interface Remark {
  /** The field of the source, as {@link FieldFault.field} has it; empty for the object as a whole. */
  readonly field: string;
  readonly message: string;
}

/** One object of ours, made of an object of another implementation. */
export interface Imported {
  readonly kind: CustomKind<KubernetesObject>;
  readonly manifest: Manifest;
  readonly remarks: readonly Remark[];
  /** The field of the source that a field of the manifest was made of. */
  sourceOf(field: string): string;
}

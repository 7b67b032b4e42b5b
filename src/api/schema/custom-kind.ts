import * as z from 'zod';
import { objectMeta } from '../fields/metadata.ts';
import type { Kind } from '../kind.ts';
import type { KubernetesObject } from '../object.ts';
import type { Plain } from '../plain.ts';
import { defineKind } from './define-kind.ts';

/** The API group of our own kinds. */
export const GROUP = 'berth.dev';
/** The version of our own kinds. */
export const VERSION = 'v1beta1';
/** Group and version as objects carry them. */
export const API_VERSION = `${GROUP}/${VERSION}` as const;

/** One column of `kubectl get` (apiextensions/v1 `CustomResourceColumnDefinition`). */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly jsonPath: string;
  readonly description?: string;
  /** 0 (default) shows it always, 1 only with `-o wide`. */
  readonly priority?: 0 | 1;
}

/** What a kind of ours says of itself besides its schema. All are cluster-scoped. */
export interface CustomKindNames {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  /** What the kind is for, for `kubectl explain`. */
  readonly description: string;
  readonly columns: readonly PrinterColumn[];
}

/** A kind of ours: what the stores need, and what its CustomResourceDefinition is made of. */
export interface CustomKind<T extends KubernetesObject> extends Kind<T> {
  readonly names: CustomKindNames;
  readonly schema: z.ZodObject;
}

/** The schema of an object of ours: what every object has, and these members; no others. */
export function customObject<K extends string, M extends z.ZodRawShape>(kind: K, members: M) {
  return z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(kind),
    metadata: objectMeta,
    ...members,
  });
}

/** Makes a {@link CustomKind} of its names and its {@link customObject}. */
export function defineCustomKind<S extends z.ZodObject & z.ZodType<KubernetesObject>>(
  names: CustomKindNames,
  schema: S,
): CustomKind<Plain<z.output<S>> & KubernetesObject> {
  const { kind, plural } = names;
  return { ...defineKind({ apiVersion: API_VERSION, kind, plural, namespaced: false }, schema), names, schema };
}

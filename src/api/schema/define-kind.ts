import * as z from 'zod';
import type { FieldFault, Kind, Parsed } from '../kind.ts';
import type { KubernetesObject } from '../object.ts';
import type { Plain } from '../plain.ts';
import { faultsOf, messageOf } from './faults.ts';

/** What a kind is called and where it lives; its schema says everything else. */
export type KindNames = Pick<Kind<KubernetesObject>, 'apiVersion' | 'kind' | 'plural' | 'namespaced'>;

/** The namespace of an object that names none, as for kubectl. */
export const DEFAULT_NAMESPACE = 'default';

/** A schema is made into code of its own after so many objects: that takes as long as two hundred, which then take a third. */
const COMPILED_AFTER = 100;

/**
 * Makes a {@link Kind} of a schema. Its `parse` treats the object as an API server would before it looks at it:
 * members that are null are absent, an object of a namespaced kind that names no namespace is in `default`, and one of
 * a cluster-scoped kind is in none.
 */
export function defineKind<S extends z.ZodType<KubernetesObject>>(
  names: KindNames,
  schema: S,
): Kind<Plain<z.output<S>> & KubernetesObject> {
  let check = schema;
  let count = 0;
  return {
    ...names,
    parse(value) {
      if (++count === COMPILED_AFTER) check = z.compile(schema);
      const result = check.safeParse(inItsScope(withoutNulls(value), names.namespaced), { error: messageOf });
      return (
        result.success ? { ok: true, object: result.data } : { ok: false, faults: faultsOf(result.error, schema) }
      ) as Parsed<Plain<z.output<S>> & KubernetesObject>;
    },
  };
}

/**
 * The object that a value of this kind is.
 *
 * @throws KindError naming every fault.
 */
export function mustParse<T extends KubernetesObject>(kind: Kind<T>, value: unknown): T {
  const parsed = kind.parse(value);
  if (parsed.ok) return parsed.object;
  throw new KindError(kind.kind, parsed.faults);
}

/** A value that is not an object of the kind it was taken for. */
export class KindError extends Error {
  override readonly name = 'KindError';
  constructor(
    readonly kind: string,
    readonly faults: readonly FieldFault[],
  ) {
    super(`${kind}: ${faults.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ')}`);
  }
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A JSON value as an API server has it: members that are null are absent. Most objects hold no null: to look costs a quarter
 * of a copy.
 */
export function withoutNulls(value: unknown): unknown {
  return holdsNull(value) ? copyWithoutNulls(value) : value;
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null;
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object' && item !== null && holdsNull(item));
  for (const key in value) if (holdsNull((value as Members)[key])) return true;
  return false;
}

function copyWithoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyWithoutNulls);
  if (!isMembers(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, copyWithoutNulls(member)]));
}

function inItsScope(value: unknown, namespaced: boolean): unknown {
  if (!isMembers(value) || !isMembers(value.metadata)) return value;
  const { namespace, ...rest } = value.metadata;
  if (namespaced === (namespace !== undefined)) return value;
  return { ...value, metadata: namespaced ? { ...rest, namespace: DEFAULT_NAMESPACE } : rest };
}

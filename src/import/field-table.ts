import type { Remark } from './imported.ts';

/** What becomes of a value: ours, if there is one, and what to tell of it. */
export interface Translated {
  readonly value?: unknown;
  readonly remark?: string;
}

/** What becomes of one field of a spec. */
export interface FieldTranslation<T, S> {
  /** `Same`: name and meaning are ours. `Translated`: it is written otherwise. `NoEqual`: it is left out, and told. */
  readonly outcome: 'Same' | 'Translated' | 'NoEqual';
  /** @param spec all of it, as some fields depend on others */
  translate(value: T, spec: S): Translated;
}

/** One entry for each field that a spec may have. */
export type FieldTable<S> = { readonly [F in keyof S]-?: FieldTranslation<NonNullable<S[F]>, S> };

/** The field means the same under the same name. */
export const SAME: FieldTranslation<unknown, unknown> = { outcome: 'Same', translate: (value) => ({ value }) };

/** The field is taken, with something to tell; null where there is nothing. */
export function told<T>(remarkOf: (value: T) => string | null): FieldTranslation<T, unknown> {
  return {
    outcome: 'Same',
    translate: (value) => {
      const remark = remarkOf(value);
      return { value, ...(remark === null ? {} : { remark }) };
    },
  };
}

/** The field is written otherwise, or not at all where it says nothing. */
export function translated<T, S>(translate: (value: T, spec: S) => Translated): FieldTranslation<T, S> {
  return { outcome: 'Translated', translate };
}

/** The field has no equal. Nothing is told of a value that says nothing. */
export function noEqual<T>(remark: string, saysNothing: (value: T) => boolean): FieldTranslation<T, unknown> {
  return { outcome: 'NoEqual', translate: (value) => (saysNothing(value) ? {} : { remark }) };
}

/**
 * A spec of ours, made field by field.
 *
 * @param sourceOf how the source calls a field such as `spec.holdTime`, for remarks
 */
export function translateSpec<S extends object>(
  spec: S,
  table: FieldTable<S>,
  sourceOf: (field: string) => string,
): { readonly spec: Readonly<Record<string, unknown>>; readonly remarks: readonly Remark[] } {
  const ours: Record<string, unknown> = {};
  const remarks: Remark[] = [];
  for (const field of Object.keys(spec) as (keyof S & string)[]) {
    const value = spec[field];
    if (value === undefined || value === null) continue;
    const result = table[field].translate(value, spec);
    if (result.value !== undefined) ours[field] = result.value;
    if (result.remark !== undefined) remarks.push({ field: sourceOf(`spec.${field}`), message: result.remark });
  }
  return { spec: ours, remarks };
}

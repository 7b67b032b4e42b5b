import type * as z from 'zod';

/** A rule between fields of one object: checked here and, in the same words, by CEL in the API server. */
export interface FieldRule<T> {
  /** The field at fault, by its name in the object. */
  readonly field: keyof T & string;
  /** The cause and the remedy, without the field's name. */
  readonly message: string;
  /**
   * The rule as CEL has it. Where the object is a default itself, the server asks before it fills in those of its fields:
   * `has` comes before each.
   */
  readonly cel: string;
  /** The same rule. Fields that have a default are filled in. */
  holds(value: T): boolean;
}

/** The schema with these rules; all that are broken are told. */
export function withRules<S extends z.ZodObject>(schema: S, rules: readonly FieldRule<z.output<S>>[]): S {
  return schema
    .superRefine((value, context) => {
      for (const { field, message, holds } of rules) {
        if (!holds(value)) context.addIssue({ code: 'custom', path: [field], message });
      }
    })
    .meta({
      'x-kubernetes-validations': rules.map(({ cel, message, field }) => ({
        rule: cel,
        message,
        fieldPath: `.${field}`,
      })),
    });
}

import * as z from 'zod';
import type { Plain } from '../plain.ts';

const EMPTY_HANDED = 'Exists and DoesNotExist take no values: remove them';
const NEEDS_VALUES = 'In and NotIn need at least one value';

const requirement = z
  .strictObject({
    key: z.string().min(1).max(317).describe('The label.'),
    operator: z
      .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
      .describe('How the label relates to the values. NotIn also matches where the label is absent.'),
    values: z
      .array(z.string().max(63))
      .max(64)
      .optional()
      .describe('The values; none for Exists and DoesNotExist.')
      .meta({ 'x-kubernetes-list-type': 'atomic' }),
  })
  .superRefine(({ operator, values = [] }, context) => {
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (takesValues === values.length > 0) return;
    context.addIssue({ code: 'custom', path: ['values'], message: takesValues ? NEEDS_VALUES : EMPTY_HANDED });
  })
  .describe('One condition on a label.')
  .meta({
    'x-kubernetes-validations': [
      {
        rule: "!(self.operator in ['In', 'NotIn']) || (has(self.values) && size(self.values) > 0)",
        message: NEEDS_VALUES,
        fieldPath: '.values',
      },
      {
        rule: "!(self.operator in ['Exists', 'DoesNotExist']) || !has(self.values) || size(self.values) == 0",
        message: EMPTY_HANDED,
        fieldPath: '.values',
      },
    ],
  });

/** `metav1.LabelSelector`. All its conditions must hold; a selector without any matches every object. */
export const labelSelector = z
  .strictObject({
    matchLabels: z
      .record(z.string(), z.string().max(63))
      .optional()
      .describe('Labels that the object must have, with exactly these values.'),
    matchExpressions: z
      .array(requirement)
      .max(16)
      .optional()
      .describe('Conditions that must all hold.')
      .meta({ 'x-kubernetes-list-type': 'atomic' }),
  })
  .describe('Chooses objects by their labels. An empty selector chooses all.')
  .meta({ 'x-kubernetes-map-type': 'atomic' });

/** Selectors of which one must match, at most 64; may be absent. */
export function labelSelectors(description: string) {
  return z.array(labelSelector).max(64).describe(description).meta({ 'x-kubernetes-list-type': 'atomic' }).optional();
}

/** A selector over labels (meta/v1 `LabelSelector`). */
export type LabelSelector = Plain<z.output<typeof labelSelector>>;

type Labels = Readonly<Record<string, string>>;

/** Whether an object with these labels is chosen, by the rules of apimachinery's `LabelSelectorAsSelector`. */
export function matchesSelector(selector: LabelSelector, labels: Labels = {}): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelValue(labels, key) === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labelValue(labels, requirement.key)))
  );
}

/** Whether any of the selectors chooses the object; no selector at all chooses every object. */
export function matchesAnySelector(selectors: readonly LabelSelector[], labels: Labels = {}): boolean {
  return selectors.length === 0 || selectors.some((selector) => matchesSelector(selector, labels));
}

function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

function meets({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

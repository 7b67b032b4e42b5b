import * as z from 'zod';
import { time } from './fields/time.ts';
import type { Condition } from './object.ts';

/** A condition as found on an object of another writer: only type and status are certain. */
export type FoundCondition = Pick<Condition, 'type' | 'status'> & {
  readonly [Field in keyof Condition]?: Condition[Field] | undefined;
};

const status = z.enum(['True', 'False', 'Unknown']);

/** A condition in the status of a Kubernetes kind. */
export const foundCondition = z.looseObject({
  type: z.string(),
  status,
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: time.optional(),
  observedGeneration: z.int().optional(),
});

/** `metav1.Condition`, in the status of a kind of ours. */
export const condition = z
  .looseObject({
    type: z.string().max(316).describe('What this condition is about, such as Ready.'),
    status: status.describe('Whether it is so.'),
    reason: z.string().min(1).max(1024).describe('Why, as one word that programs may rely on.'),
    message: z.string().max(32768).describe('Why, for people: the object, the cause and the remedy.'),
    lastTransitionTime: time.describe('When status last changed.'),
    observedGeneration: z
      .int()
      .min(0)
      .meta({ format: 'int64' })
      .optional()
      .describe('The metadata.generation that this was said of.'),
  })
  .describe('One observation of the state of the object.');

/** `status.conditions` of a kind of ours: at most one of each type. */
export const conditions = z
  .array(condition)
  .describe('Observations of the state of the object.')
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });

/** The condition of a type, or undefined. */
export function findCondition<C extends FoundCondition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The list with one condition put in or replaced, in its old place where it had one. `lastTransitionTime` becomes `now`
 * (RFC 3339) only where `status` changes. Returns the very same list when nothing changes.
 */
export function setCondition<C extends FoundCondition>(
  conditions: readonly C[] | undefined,
  next: Omit<Condition, 'lastTransitionTime'>,
  now: string,
): readonly (C | Condition)[] {
  const before = findCondition(conditions, next.type);
  const since = before?.status === next.status ? before.lastTransitionTime : undefined;
  const after: Condition = { ...next, lastTransitionTime: since ?? now };
  if (conditions && before && sameCondition(before, after)) return conditions;
  return before
    ? (conditions ?? []).map((condition) => (condition === before ? after : condition))
    : [...(conditions ?? []), after];
}

/** The list without a type; the very same list when the type is not in it. */
export function removeCondition<C extends FoundCondition>(conditions: readonly C[], type: string): readonly C[] {
  return findCondition(conditions, type) ? conditions.filter((condition) => condition.type !== type) : conditions;
}

function sameCondition(a: FoundCondition, b: Condition): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.lastTransitionTime === b.lastTransitionTime &&
    a.observedGeneration === b.observedGeneration
  );
}

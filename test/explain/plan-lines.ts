import type { KubernetesObject } from '../../src/api/object.ts';
import { buildPlan, type Plan, type PlanInput, type PlannedService } from '../../src/explain/plan.ts';
import { pool } from '../allocator/builders.ts';

/** A plan for the objects, deleting nothing. */
export function plan(objects: readonly KubernetesObject[], rest: Partial<PlanInput> = {}): Plan {
  return buildPlan({ objects, deleted: [], evict: false, ...rest });
}

/** One Service of a plan: `web: assign - -> 192.0.2.1 Allocated`. */
export function line({ name, change, before, after, reason }: PlannedService): string {
  return `${name}: ${change} ${before.join(' ') || '-'} -> ${after.join(' ') || '-'} ${reason}`;
}

/** Every Service of a plan, see {@link line}. */
export function lines(objects: readonly KubernetesObject[], rest: Partial<PlanInput> = {}): readonly string[] {
  return plan(objects, rest).services.map(line);
}

export const PUBLIC = pool('public', '192.0.2.1-192.0.2.4');
export const BOTH = pool('public', ['192.0.2.1-192.0.2.4', '2001:db8::1-2001:db8::4']);

import type { Verdict } from '../allocator/verdict.ts';
import { ALLOCATED_REASONS, PASSED_OVER_REASONS } from '../api/reasons.ts';
import { type Finding, finding } from './explanation.ts';

/** A decision, or what stands in the way of one. */
export type Decided = Pick<Verdict, 'reason' | 'message' | 'passedOver'>;

/** What was decided of a Service, as a finding. */
export function allocatedFinding(decided: Decided, ok = false): Finding {
  const { reason, message } = decided;
  return { ...finding(ALLOCATED_REASONS, reason, message, ok), remedy: allocationRemedy(decided) };
}

/** What to do about a decision: what its reason says, or more where the case tells more. */
export function allocationRemedy({ reason, passedOver }: Decided): string | null {
  const [closed] = passedOver;
  if (reason === 'PoolNotAllowed' && closed !== undefined) return PASSED_OVER_REASONS[closed.reason].remedy;
  return ALLOCATED_REASONS[reason].remedy;
}

import type { Choice, Refusal, Verdict } from '../allocator/verdict.ts';
import { ALLOCATED_REASONS, PASSED_OVER_REASONS } from '../api/reasons.ts';
import { type Finding, finding } from './explanation.ts';

/** What was decided of a Service, as a finding. @param outcome what a search would give it now */
export function allocatedFinding(verdict: Verdict, outcome: Choice | Refusal | undefined): Finding {
  const { allocated, reason, message } = verdict;
  const found = finding(ALLOCATED_REASONS, reason, message, allocated && reason !== 'KeptWhileRequestPending');
  const isThat = outcome !== undefined && 'reason' in outcome && outcome.reason === reason;
  return isThat ? { ...found, remedy: refusalRemedy(outcome) } : found;
}

/** What to do about a refusal: what its reason says, or more where the case tells more. */
export function refusalRemedy({ reason, remedy, passedOver }: Refusal): string | null {
  if (remedy !== undefined) return `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
  const [closed] = passedOver;
  if (reason === 'PoolNotAllowed' && closed !== undefined) return PASSED_OVER_REASONS[closed.reason].remedy;
  return ALLOCATED_REASONS[reason].remedy;
}

import { requestOf } from '../allocator/request.ts';
import type { Choice, Refusal, Verdict } from '../allocator/verdict.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { ALLOCATED_REASONS, PASSED_OVER_REASONS } from '../api/reasons/reasons.ts';
import { formatAddress } from '../ip/address.ts';
import { type Finding, finding } from './finding.ts';
import type { Situation } from './situation.ts';
import { listsAddress, withheldBy } from './withheld-address.ts';

/** What was decided of a Service, as a finding. @param outcome what a search would give it now */
export function allocatedFinding(
  service: Service,
  { allocated, reason, message }: Verdict,
  outcome: Choice | Refusal | undefined,
  situation: Situation,
): Finding {
  const told = reason === 'AddressReserved' ? withheldText(service, situation) : '';
  const ok = allocated && reason !== 'KeptWhileRequestPending';
  const found = finding(ALLOCATED_REASONS, reason, told || message, ok);
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

/** What withholds the addresses that a Service names; empty where it names none that is withheld. */
function withheldText(service: Service, { objects, reserved }: Situation): string {
  const texts = requestOf(service).addresses.flatMap((address) => {
    const listing = objects.pools.filter((pool) => listsAddress(pool, address));
    const by = withheldBy(address, listing, objects, reserved).map((each) => `${each.by} (${each.reason})`);
    return by.length > 0 ? [`${formatAddress(address)} is withheld by ${by.join(', ')}`] : [];
  });
  return texts.join('; ');
}

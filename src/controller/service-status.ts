import { lastingMessage, type Verdict } from '../allocator/verdict.ts';
import type { AnnouncedVerdict } from '../announcement/announced.ts';
import { findCondition, removeCondition, setCondition } from '../api/conditions.ts';
import type { LoadBalancerIngress, Service } from '../api/kubernetes/service.ts';
import { ALLOCATED, ANNOUNCED } from '../api/reasons/reasons.ts';
import { type Address, formatAddress } from '../ip/address.ts';
import type { MergePatch, StatusOf } from '../store/store.ts';

/** A change of a Service's status. */
export type ServiceStatusPatch = MergePatch<StatusOf<Service>>;

/**
 * What has to change in a Service's status so that it says what was decided; null when it says so already. An entry for
 * an address that stays keeps its `ipMode` and `ports`, which belong to other writers, and so do all other conditions.
 *
 * @param announced undefined where what the status says of that is to stand.
 * @param now RFC 3339, for the transition time of a condition that changes.
 */
export function statusPatch(
  service: Service,
  verdict: Verdict,
  announced: AnnouncedVerdict | undefined,
  now: string,
): ServiceStatusPatch | null {
  const ingress = ingressOf(service, verdict);
  const { generation } = service.metadata;
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const { allocated, reason } = verdict;
  const message = lastingMessage(findCondition(service.status?.conditions, ALLOCATED)?.message, verdict);
  const status = allocated ? 'True' : 'False';
  let conditions = setCondition(
    service.status?.conditions,
    { type: ALLOCATED, status, reason, message, ...observed },
    now,
  );
  if (announced !== undefined)
    conditions = setCondition(conditions, { type: ANNOUNCED, ...announced, ...observed }, now);
  if (ingress === null && conditions === service.status?.conditions) return null;
  return { ...(ingress === null ? {} : { loadBalancer: { ingress } }), conditions };
}

/** The list of ingress points for the addresses decided; null when the status has just these. */
function ingressOf(service: Service, verdict: Verdict): readonly LoadBalancerIngress[] | null {
  const published = service.status?.loadBalancer?.ingress ?? [];
  const wanted = verdict.addresses.map(formatAddress);
  if (published.length === wanted.length && wanted.every((ip, index) => published[index]?.ip === ip)) return null;
  return wanted.map((ip) => published.find((entry) => entry.ip === ip) ?? { ip, ipMode: 'VIP' });
}

/**
 * What has to change in the status of a Service that has stopped being ours: our two conditions go, once, and with a
 * type other than LoadBalancer so do the addresses, as the API server does it. Of one whose class has changed only those
 * addresses go that it had of us. Null when nothing of ours is left.
 *
 * @param given what it held of us, where it was seen to change its class.
 */
export function farewellPatch(service: Service, given: readonly Address[] = []): ServiceStatusPatch | null {
  const before = service.status?.conditions ?? [];
  const conditions = removeCondition(removeCondition(before, ALLOCATED), ANNOUNCED);
  if (conditions === before) return null;
  if (service.spec?.type !== 'LoadBalancer') return { conditions, loadBalancer: { ingress: [] } };
  const ours = given.map(formatAddress);
  const published = service.status?.loadBalancer?.ingress ?? [];
  const ingress = published.filter(({ ip }) => ip === undefined || !ours.includes(ip));
  return { conditions, ...(ingress.length === published.length ? {} : { loadBalancer: { ingress } }) };
}

import { requestOf } from '../allocator/request.ts';
import type { Survey } from '../allocator/survey.ts';
import type { Verdict } from '../allocator/verdict.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { publishedAddresses } from '../api/load-balancer.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ANNOUNCED_REASONS } from '../api/reasons/announcement.ts';
import { SERVICE_FINDINGS } from '../api/reasons/explanation.ts';
import { ALLOCATED, ANNOUNCED } from '../api/reasons/reasons.ts';
import { formatAddress } from '../ip/address.ts';
import { allocatedFinding } from './allocated-finding.ts';
import { type ComparedCondition, compareCondition } from './compared-condition.ts';
import type { Explanation, ServiceDetails, ServiceRequest } from './explanation.ts';
import { besides, type Finding, finding } from './finding.ts';
import { announcedNow, explainAnnouncement, strangersAt } from './service-announcements.ts';
import { findingsOf } from './service-findings.ts';
import { consideredPools } from './service-pools.ts';
import { explainRoute } from './service-routes.ts';
import type { Situation } from './situation.ts';

/** Explains a Service: which address it has or lacks, why, and who announces it. */
export function explainService(service: Service, situation: Situation): Explanation {
  const key = keyText(keyOf(service));
  const verdict = situation.verdictOf(service);
  const survey = situation.allocator.survey(key);
  const addresses = (verdict?.addresses ?? []).map(formatAddress);
  const announced = verdict && announcedNow(key, addresses, situation);
  const conditions = verdict === undefined ? [] : comparedConditions(service, verdict, announced);
  const details: ServiceDetails = {
    request: requestDetails(service),
    holds: publishedAddresses(service).map((address) => {
      const text = formatAddress(address);
      return { address: text, sharedWith: situation.holdersOf(text).filter((holder) => holder !== key) };
    }),
    decided: { addresses, pool: verdict?.pool ?? null },
    controller: situation.controller,
    pools: verdict && survey ? consideredPools(verdict, survey, situation) : [],
    conditions,
    announcements: addresses.flatMap((address) => explainAnnouncement(key, address, situation) ?? []),
    routes: addresses.flatMap((address) => explainRoute(key, address, situation) ?? []),
  };
  // Where it is not announced because of a stranger, that says so.
  const strangers = announced?.reason === 'Announced' ? addresses.flatMap((each) => strangersAt(each, situation)) : [];
  const found = [...strangers, ...findingsOf(service, details, situation)];
  const [summary, ...states] = statesOf(service, verdict, survey, announced, found, situation);
  const { metadata } = service;
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'Service', namespace: metadata.namespace ?? 'default', name: metadata.name },
    summary,
    findings: besides(summary, [...states, ...found]),
    notChecked: situation.unread,
    service: details,
  };
}

function requestDetails(service: Service): ServiceRequest {
  const { families, pool, addresses, sharing } = requestOf(service);
  return {
    type: service.spec?.type ?? 'ClusterIP',
    loadBalancerClass: service.spec?.loadBalancerClass ?? null,
    families: families.families,
    ipFamilyPolicy: families.policy,
    pool: pool ?? null,
    addresses: addresses.map(formatAddress),
    sharingKey: sharing.key ?? null,
  };
}

function comparedConditions(
  service: Service,
  { allocated, reason, message }: Verdict,
  announced: ReturnType<typeof announcedNow>,
): readonly ComparedCondition[] {
  const stored = service.status?.conditions;
  const status = allocated ? 'True' : 'False';
  return [
    compareCondition(ALLOCATED, stored, { status, reason, message }),
    compareCondition(ANNOUNCED, stored, announced),
  ];
}

/** All that is so of the address and its announcement, the first thing that the operator has to mend at the head. */
function statesOf(
  service: Service,
  verdict: Verdict | undefined,
  survey: Survey | undefined,
  announced: ReturnType<typeof announcedNow>,
  findings: readonly Finding[],
  situation: Situation,
): readonly [Finding, ...Finding[]] {
  if (verdict === undefined) return [notOurs(service, situation)];
  const { allocated, reason } = verdict;
  const address = allocatedFinding(service, verdict, survey?.outcome, situation);
  if (!allocated) return [address];
  const isTold = reason !== 'Allocated';
  const others = isTold ? [address] : [];
  const announcement =
    announced !== undefined && announced.reason !== 'Announced'
      ? finding(ANNOUNCED_REASONS, announced.reason, announced.message)
      : undefined;
  const unwritten = findings.find((each) => !each.ok && each.reason === 'ControllerDown');
  if (unwritten !== undefined && publishedAddresses(service).length === 0) {
    return [unwritten, ...(announcement === undefined ? [] : [announcement]), ...others];
  }
  if (announcement === undefined) return [address];
  // Who waits for an address that no traffic reaches waits in vain; one that is on its way needs nobody.
  const isUrgent = announced?.status !== 'True' && announced?.reason !== 'NotYetAnnounced';
  return address.ok || isUrgent ? [announcement, ...others] : [address, announcement];
}

function notOurs(service: Service, { loadBalancerClass }: Situation): Finding {
  const { type = 'ClusterIP', loadBalancerClass: itsClass } = service.spec ?? {};
  if (type !== 'LoadBalancer') return finding(SERVICE_FINDINGS, 'NotLoadBalancer', `its type is ${type}`);
  const ours = loadBalancerClass === undefined ? 'Services without a class' : `the class ${loadBalancerClass}`;
  const its = itsClass === undefined ? 'it has no class' : `its loadBalancerClass is ${itsClass}`;
  return finding(SERVICE_FINDINGS, 'OtherClass', `${its}, and this looks at ${ours}`);
}

import { Endpoints } from '../announcement/endpoints.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { isOurs } from '../api/load-balancer.ts';
import { SERVICE_FINDINGS } from '../api/reasons/explanation.ts';
import { disagreement } from './compared-condition.ts';
import { controllerFindings } from './controller-life.ts';
import type { ServiceDetails } from './explanation.ts';
import { type Finding, finding } from './finding.ts';
import { isObserved, otherOwners } from './other-owners.ts';
import { overruledAnnotations } from './overruled.ts';
import type { Situation } from './situation.ts';
import { whyUnshared } from './unshared.ts';

/** What else is to be known of a Service, most serious first. */
export function findingsOf(
  service: Service,
  { controller, conditions }: Pick<ServiceDetails, 'controller' | 'conditions'>,
  situation: Situation,
): readonly Finding[] {
  const found: Finding[] = [];
  const isAsking = isOurs(service, situation.loadBalancerClass);
  const others = otherOwners(service);
  if (others.length > 0 && isAsking) {
    found.push(finding(SERVICE_FINDINGS, 'OtherOwner', `it carries ${others.join(', ')}`));
  }
  if (!isAsking) return found;
  found.push(...controllerFindings(controller));
  const outdated = conditions.filter(({ agrees }) => !agrees);
  if (!isObserved(service)) {
    if (controller.state === 'Held') found.push(finding(SERVICE_FINDINGS, 'NotObserved'));
  } else if (outdated.length > 0) {
    found.push(finding(SERVICE_FINDINGS, 'StatusOutdated', outdated.map(disagreement).join('; ')));
  }
  if (new Endpoints(situation.objects.endpointSlices).serves(service) === false) {
    found.push(finding(SERVICE_FINDINGS, 'NoEndpoints'));
  }
  for (const text of overruledAnnotations(service)) {
    found.push(finding(SERVICE_FINDINGS, 'AnnotationOverruled', text));
  }
  const unshared = whyUnshared(service, situation);
  if (unshared !== null) found.push(finding(SERVICE_FINDINGS, 'NotShared', unshared, true));
  return found;
}

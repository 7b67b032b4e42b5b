import { findCondition } from '../api/conditions.ts';
import type { Gateway } from '../api/kubernetes/gateway.ts';
import type { GatewayClass } from '../api/kubernetes/gateway-class.ts';
import { closest } from '../api/near-miss.ts';
import { keyOf, keyText } from '../api/object.ts';
import { GATEWAY_FINDINGS, type GatewayFinding } from '../api/reasons/explanation.ts';
import { pointsOf } from '../ingress/decision.ts';
import { gatewayServices } from '../ingress/known-gateways.ts';
import type { Explanation, GatewayDetails } from './explanation.ts';
import { besides, type Finding, finding } from './finding.ts';
import { textsOf } from './ingress.ts';
import { explainService } from './service.ts';
import type { Situation } from './situation.ts';

/** Explains a Gateway: which Service stands for it, why that has an address or not, and what the status shows. */
export function explainGateway(gateway: Gateway, situation: Situation): Explanation {
  const { objects } = situation;
  const { metadata, spec, status } = gateway;
  const className = spec?.gatewayClassName;
  const gatewayClass = objects.gatewayClasses.find((each) => each.metadata.name === className);
  const { by, services } = gatewayServices(gateway, gatewayClass, objects.services);
  const [service] = services.length === 1 ? services : [];
  const details: GatewayDetails = {
    class: {
      name: className ?? null,
      controller: gatewayClass?.spec?.controllerName ?? null,
      exists: gatewayClass !== undefined,
    },
    asksFor: (spec?.addresses ?? []).flatMap(({ value }) => value ?? []),
    service: service ? { service: keyText(keyOf(service)), by, shows: textsOf(pointsOf(service)) } : null,
    candidates: services.length > 1 ? services.map((each) => keyText(keyOf(each))) : [],
    shows: (status?.addresses ?? []).flatMap(({ value }) => value ?? []),
    conditions: (status?.conditions ?? []).map(({ type, status, reason = null, message = null }) => {
      return { type, status, reason, message };
    }),
  };
  const explained = service && explainService(service, situation);
  const ofService = explained === undefined ? [] : findingsOfService(explained);
  const found = [
    ...conditionFindings(gateway, 'Accepted', 'NotAccepted'),
    ...(explained === undefined ? withoutService(details, objects.gatewayClasses, situation) : ofService),
    ...judgeShown(details),
  ];
  // Without an address it cannot be in force: that says nothing more.
  if (found.every(({ ok }) => ok)) found.push(...conditionFindings(gateway, 'Programmed', 'NotProgrammed'));
  const summary = found.find(({ ok }) => !ok) ?? found.find(({ reason }) => reason === 'Shown') ?? say('NoService');
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'Gateway', namespace: metadata.namespace ?? 'default', name: metadata.name },
    summary,
    findings: besides(summary, found),
    notChecked: situation.unread,
    gateway: details,
    ...(explained?.service === undefined ? {} : { service: explained.service }),
  };
}

const say = (reason: GatewayFinding, message?: string, ok = false): Finding =>
  finding(GATEWAY_FINDINGS, reason, message, ok);

function conditionFindings({ status }: Gateway, type: string, reason: GatewayFinding): readonly Finding[] {
  const found = findCondition(status?.conditions, type);
  if (found?.status !== 'False') return [];
  return [say(reason, `${type} is False: ${[found.reason, found.message].filter(Boolean).join(': ')}`)];
}

/** What is so of the Service, said of the Gateway. */
function findingsOfService({ object, summary, findings }: Explanation): readonly Finding[] {
  const name = `Service ${object.namespace}/${object.name}`;
  return [summary, ...findings].map((each) => ({ ...each, message: `${name}: ${each.message}` }));
}

/** Why no Service is known to stand for the Gateway. */
function withoutService(
  { class: its, candidates }: GatewayDetails,
  classes: readonly GatewayClass[],
  { unread }: Situation,
): readonly Finding[] {
  if (candidates.length > 0) return [say('SeveralServices', `${candidates.join(', ')} may all be its Service`)];
  if (!its.exists && !unread.some(({ what }) => what === 'GatewayClass')) {
    const names = classes.map(({ metadata }) => metadata.name);
    const near = its.name === null ? undefined : closest(its.name, names);
    const remedy = near === undefined ? `there are ${names.join(', ') || 'none'}` : `did you mean ${near}?`;
    return [say('UnknownClass', `there is no GatewayClass ${its.name}: ${remedy}`)];
  }
  const server = its.controller === null ? '' : `; GatewayClass ${its.name} is served by ${its.controller}`;
  return [say('NoService', `no Service of the Gateway was found${server}`)];
}

/** What the status shows, judged by what the Service has. Nothing is to be shown while that has nothing. */
function judgeShown({ service, shows, class: { controller } }: GatewayDetails): readonly Finding[] {
  if (service === null) return [];
  const wanted = service.shows;
  const has = `Service ${service.service} has ${wanted.join(', ') || 'none'}`;
  if (shows.length === 0) {
    const writer = controller === null ? 'its implementation' : controller;
    return wanted.length === 0 ? [] : [say('Unwritten', `${has}, and ${writer} has not written it into the status`)];
  }
  if (wanted.length > 0 && wanted.every((each) => shows.includes(each))) {
    return [say('Shown', `shows ${shows.join(', ')}, the address of Service ${service.service}`, true)];
  }
  return [say('StaleAddress', `shows ${shows.join(', ')}, and ${has}`)];
}

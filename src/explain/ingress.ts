import type { Ingress, IngressPoint } from '../api/kubernetes/ingress.ts';
import type { IngressClass } from '../api/kubernetes/ingress-class.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { closest } from '../api/near-miss.ts';
import { keyOf, keyText } from '../api/object.ts';
import { INGRESS_FINDINGS, type IngressFinding } from '../api/reasons/explanation.ts';
import { pointsOf } from '../ingress/decision.ts';
import { classNameOf, classOf } from '../ingress/ingress-class.ts';
import { controllerServices, controllersOf, type ServiceDirectory } from '../ingress/known-controllers.ts';
import { referenceOf, type ServiceReference } from '../ingress/service-reference.ts';
import { controllerFindings } from './controller-life.ts';
import type { Explanation, IngressDetails, IngressService } from './explanation.ts';
import { type Finding, finding } from './finding.ts';
import { judgeShown } from './ingress-status.ts';
import type { Situation } from './situation.ts';
import { statusWriters } from './status-writers.ts';

/** Explains an Ingress: which Service stands for it, and why its status shows an address or not. */
export function explainIngress(ingress: Ingress, situation: Situation): Explanation {
  const { objects } = situation;
  const classes = new Map(objects.ingressClasses.map((each) => [each.metadata.name, each]));
  const services: ServiceDirectory = {
    get: (key) => situation.serviceOf(key),
    candidates: (controller) => objects.services.filter((each) => controllersOf(each).includes(controller)),
  };
  const reference = referenceOf(ingress, classes, services);
  const ingressClass = classOf(ingress, classes);
  const candidates = ingressClass && controllerServices(ingress, ingressClass, services);
  const service = 'service' in reference ? reference.service : undefined;
  const details: IngressDetails = {
    class: classDetails(ingress, ingressClass),
    service: 'key' in reference ? serviceDetails(reference) : null,
    candidates: reference.by === 'Nothing' ? (candidates ?? []).map((each) => keyText(keyOf(each))) : [],
    shows: textsOf(ingress.status?.loadBalancer?.ingress ?? []),
    writers: statusWriters(ingress),
  };
  const problem =
    reference.by === 'Nothing'
      ? judgeClass(ingress, ingressClass, candidates, situation)
      : judgeService(reference, service, situation);
  const shown = judgeShown(ingress, service, reference, situation);
  // Whoever shows nodes is there, whether its Service is found or not.
  const isServedAnyhow =
    (shown?.ok === true && (problem === null || reference.by === 'Nothing')) ||
    (shown?.reason === 'NodeAddressShown' && reference.by === 'Nothing');
  const all = [problem, shown].filter((each) => each !== null);
  const summary = (isServedAnyhow ? shown : (problem ?? shown)) ?? finding(INGRESS_FINDINGS, 'Unwritten');
  const { metadata } = ingress;
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'Ingress', namespace: metadata.namespace ?? 'default', name: metadata.name },
    summary,
    findings: [...all.filter((each) => each !== summary), ...writerFindings(details, situation)],
    notChecked: situation.unread,
    ingress: details,
  };
}

function classDetails(ingress: Ingress, found: IngressClass | undefined): IngressDetails['class'] {
  const name = classNameOf(ingress) ?? found?.metadata.name;
  if (name === undefined) return null;
  return { name, controller: found?.spec?.controller ?? null, exists: found !== undefined };
}

function serviceDetails({ key, by, service }: Extract<ServiceReference, { readonly key: string }>): IngressService {
  return { service: key, by, exists: service !== undefined, shows: textsOf(pointsOf(service)) };
}

/** Addresses and names as they are shown. */
export function textsOf(points: readonly IngressPoint[]): readonly string[] {
  return points.flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}

const say = (reason: IngressFinding, message?: string): Finding => finding(INGRESS_FINDINGS, reason, message);

/** Why no Service is known to stand for the Ingress. */
function judgeClass(
  ingress: Ingress,
  ingressClass: IngressClass | undefined,
  candidates: readonly Service[] | undefined,
  { objects, unread }: Situation,
): Finding | null {
  if (unread.some(({ what }) => what === 'IngressClass')) return null;
  const name = classNameOf(ingress);
  const classes = objects.ingressClasses.map(({ metadata }) => metadata.name);
  if (ingressClass === undefined) {
    if (name === undefined) {
      return say('NoClass', `it names no class, and there is no single default among ${classes.join(', ') || 'none'}`);
    }
    const near = closest(name, classes);
    const remedy = near === undefined ? `there are ${classes.join(', ') || 'none'}` : `did you mean ${near}?`;
    return say('UnknownClass', `there is no IngressClass ${name}: ${remedy}`);
  }
  const { controller = '<none>' } = ingressClass.spec ?? {};
  const of = `IngressClass ${ingressClass.metadata.name} is served by ${controller}`;
  if (candidates === undefined)
    return say('UnknownController', `${of}, which is not in the table of known controllers`);
  if (candidates.length === 0) return say('NoController', `${of}, and no Service of type LoadBalancer of it was found`);
  const names = candidates.map((each) => keyText(keyOf(each)));
  return say('SeveralControllers', `${of}, and ${names.join(', ')} may all be its Service`);
}

/** What is wrong with the Service that stands for the Ingress; null where it has an address to show. */
function judgeService(reference: ServiceReference, service: Service | undefined, situation: Situation): Finding | null {
  if (reference.by === 'Fault') return say('InvalidReference', reference.message);
  if (reference.by === 'Nothing') return null;
  const { key } = reference;
  if (service === undefined) {
    const near = closest(
      key,
      situation.objects.services.map((each) => keyText(keyOf(each))),
    );
    return say('UnknownService', `there is no Service ${key}${near === undefined ? '' : `: did you mean ${near}?`}`);
  }
  if (pointsOf(service).length > 0) return null;
  const verdict = situation.verdictOf(service);
  const why =
    verdict === undefined
      ? `is of type ${service.spec?.type ?? 'ClusterIP'}, or of another class`
      : `has none yet: ${verdict.reason}: ${verdict.message}`;
  return say('ServiceWithoutAddress', `Service ${key} ${why}`);
}

function writerFindings({ writers }: IngressDetails, { controller }: Situation): readonly Finding[] {
  const found: Finding[] = [];
  if (writers.length > 1) {
    const names = writers.map(({ manager }) => manager).join(' and ');
    found.push(say('SecondWriter', `${names} have written the addresses in its status`));
  }
  return [...found, ...controllerFindings(controller)];
}

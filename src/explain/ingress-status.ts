import { occupied } from '../allocator/never-given.ts';
import { findCondition } from '../api/conditions.ts';
import type { Ingress, IngressPoint } from '../api/kubernetes/ingress.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ownsStatus } from '../api/owned-status.ts';
import { INGRESS_FINDINGS, type IngressFinding } from '../api/reasons/explanation.ts';
import { ALLOCATED } from '../api/reasons/reasons.ts';
import { pointsOf, textOf } from '../ingress/decision.ts';
import type { ServiceReference } from '../ingress/service-reference.ts';
import { parseAddress, parseOrUndefined } from '../ip/address.ts';
import { type AddressRange, rangeContains } from '../ip/range.ts';
import { isDown } from './controller-life.ts';
import { type Finding, finding } from './finding.ts';
import type { Situation } from './situation.ts';

/** How long `berth controller` leaves an empty status to the ingress controller, by default. Milliseconds. */
const GRACE = 90_000;

const say = (reason: IngressFinding, message: string, ok = false): Finding =>
  finding(INGRESS_FINDINGS, reason, message, ok);

/** What the status of an Ingress shows, judged by what its Service has; null where there is nothing to show yet. */
export function judgeShown(
  ingress: Ingress,
  service: Service | undefined,
  reference: ServiceReference,
  situation: Situation,
): Finding | null {
  const shown = ingress.status?.loadBalancer?.ingress ?? [];
  const wanted = pointsOf(service);
  if (shown.length === 0) {
    return wanted.length === 0 || service === undefined ? null : judgeEmpty(ingress, service, reference, situation);
  }
  const texts = listed(shown);
  if (service !== undefined && textOf(shown) === textOf(wanted)) {
    return say('Shown', `shows ${texts}, the address of Service ${keyText(keyOf(service))}`, true);
  }
  const has = service === undefined ? '' : `, and Service ${keyText(keyOf(service))} has ${listed(wanted) || 'none'}`;
  if (ownsStatus(ingress.metadata.managedFields, 'loadBalancer')) {
    return say('StaleAddress', `Berth wrote ${texts}${has}: the controller has not corrected it yet`);
  }
  if (shown.every((point) => isOfNode(point, situation))) {
    return say('NodeAddressShown', `shows ${texts}, which are addresses of nodes${has}`);
  }
  const holders = situation.objects.services.filter((each) => each !== service && showsAll(each, shown));
  if (holders.length > 0) {
    const names = holders.map((each) => keyText(keyOf(each))).join(', ');
    if (reference.by === 'Nothing') return say('Shown', `shows ${texts}, the address of Service ${names}`, true);
    return say('OtherServiceShown', `shows ${texts}, the address of Service ${names}${has}`);
  }
  return say('StaleAddress', `shows ${texts}, which no Service has${has}`);
}

/** Since when the status could have been filled is known only to within the ages of the two objects. */
function judgeEmpty(ingress: Ingress, service: Service, reference: ServiceReference, situation: Situation): Finding {
  const has = `Service ${keyText(keyOf(service))} has ${listed(pointsOf(service))}`;
  const { now, controller } = situation;
  if (isDown(controller)) return say('Unwritten', `${has}, and the controller is ${controller.message}`);
  if (reference.by === 'Table' && now !== undefined) {
    const since = [
      ingress.metadata.creationTimestamp,
      findCondition(service.status?.conditions, ALLOCATED)?.lastTransitionTime,
    ];
    const latest = Math.max(0, ...since.map((time) => Date.parse(time ?? '') || 0));
    const left = latest + GRACE - now.getTime();
    if (left > 0)
      return say('LeftToController', `${has}; Berth writes it in ${Math.ceil(left / 1000)} s at the earliest`);
  }
  return say('Unwritten', `${has}, and nobody has written it into the Ingress`);
}

function listed(points: readonly IngressPoint[]): string {
  return points.map(({ ip, hostname }) => ip ?? hostname ?? '').join(', ');
}

function showsAll(service: Service, points: readonly IngressPoint[]): boolean {
  const has = pointsOf(service);
  return points.every(({ ip, hostname }) =>
    has.some(
      (point) => (ip !== undefined && point.ip === ip) || (hostname !== undefined && point.hostname === hostname),
    ),
  );
}

function isOfNode({ ip }: IngressPoint, { objects }: Situation): boolean {
  const address = ip === undefined ? undefined : parseOrUndefined(ip, parseAddress);
  if (address === undefined) return false;
  const ofNodes = objects.nodes.flatMap((node): readonly AddressRange[] => {
    return occupied({ nodes: [{ ...node, spec: {} }], speakers: [], services: [] });
  });
  return ofNodes.some((range) => rangeContains(range, address));
}

import { coversPool } from '../announcement/advertisements.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import { ANNOUNCED_REASONS } from '../api/reasons/announcement.ts';
import { ALLOCATED_REASONS } from '../api/reasons/reasons.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { Finding } from '../explain/finding.ts';
import { explainIngress } from '../explain/ingress.ts';
import { explainPool } from '../explain/pool.ts';
import { explainService } from '../explain/service.ts';
import { type Check, nameOf, type Patient, type Symptom } from './check.ts';

// What `explain` says of every object, sorted into checks by its reasons.

/** What needs nobody yet, or may be meant so. */
const MILD: readonly string[] = [
  ...[
    'KeptWhileRequestPending',
    'PartlyAnnounced',
    'NotYetAnnounced',
    'NotListed',
    'NoEndpoints',
    'AnnotationOverruled',
  ],
  ...['StatusOutdated', 'NotObserved', 'Deleting', 'Disabled', 'Full', 'LeftToController', 'SecondWriter'],
];
/** Said once, by a check of its own, and not for every object. */
const SAID_ONCE: readonly string[] = ['ControllerDown'];

function symptomsOf(object: KubernetesObject, findings: readonly Finding[]): readonly Symptom[] {
  return findings
    .filter(({ ok, reason }) => !ok && !SAID_ONCE.includes(reason))
    .map(({ reason, message, remedy }) => {
      const state = MILD.includes(reason) ? 'warn' : 'fail';
      return { state, object: nameOf(object), reason, message, remedy };
    });
}

const all = ({ summary, findings }: Explanation): readonly Finding[] => [summary, ...findings];

const explained = new WeakMap<Patient, readonly Symptom[]>();

/** Each Service is explained once for all the checks that look at Services. */
function ofServices(patient: Patient): readonly Symptom[] {
  const known = explained.get(patient);
  if (known !== undefined) return known;
  const { situation } = patient;
  const found = situation.objects.services
    .filter(({ spec }) => spec?.type === 'LoadBalancer')
    .flatMap((service) =>
      symptomsOf(
        service,
        all(explainService(service, situation)).filter((each) => isSaid(each, service)),
      ),
    );
  explained.set(patient, found);
  return found;
}

/** That a Service is somebody else's is in order where it has an address from there. */
function isSaid({ reason }: Finding, service: KubernetesObject & { readonly status?: unknown }): boolean {
  if (reason !== 'OtherClass') return true;
  const { loadBalancer } = (service.status ?? {}) as {
    readonly loadBalancer?: { readonly ingress?: readonly unknown[] };
  };
  return (loadBalancer?.ingress ?? []).length === 0;
}

function serviceCheck(name: string, healthy: string, reasons: readonly string[], needs: readonly string[] = []): Check {
  const look = (patient: Patient) => ofServices(patient).filter(({ reason }) => reasons.includes(reason));
  return { name, healthy, needs: ['Service', 'IPAddressPool', ...needs], look };
}

/** One check a stage, from the owner of a Service to its Ingress. */
export const EXPLAINED_CHECKS: readonly Check[] = [
  serviceCheck('class', 'every Service of type LoadBalancer is served', ['OtherClass']),
  serviceCheck('owner', 'no Service carries the mark of another implementation', ['OtherOwner']),
  {
    name: 'pool',
    healthy: 'every pool is Ready, announced, and has free addresses',
    needs: ['IPAddressPool', 'L2Advertisement', 'BGPAdvertisement'],
    look: ({ situation }) =>
      situation.objects.pools.flatMap((pool) => {
        const isRouted = situation.objects.routeAdvertisements.some((each) => coversPool(each, pool.metadata));
        const found = all(explainPool(pool, situation));
        return symptomsOf(pool, isRouted ? found.filter(({ reason }) => reason !== 'NoAdvertisement') : found);
      }),
  },
  serviceCheck('address', 'every Service has the address that it asks for', Object.keys(ALLOCATED_REASONS)),
  serviceCheck(
    'announcement',
    'every address is announced',
    Object.keys(ANNOUNCED_REASONS).filter((reason) => reason !== 'NoEndpoints' && reason !== 'NoAddress'),
    ['SpeakerStatus', 'L2Advertisement', 'Node', 'EndpointSlice'],
  ),
  serviceCheck('endpoint', 'every Service has an endpoint', ['NoEndpoints'], ['EndpointSlice']),
  serviceCheck('status', 'what is written is what the rules say', ['StatusOutdated', 'NotObserved']),
  serviceCheck('annotation', 'no annotation contradicts another', ['AnnotationOverruled']),
  {
    name: 'ingress',
    healthy: 'every Ingress shows the address of its Service',
    needs: ['Ingress', 'IngressClass', 'Service'],
    look: ({ situation }) =>
      situation.objects.ingresses
        .toSorted((a, b) => (keyText(keyOf(a)) < keyText(keyOf(b)) ? -1 : 1))
        .flatMap((ingress) => symptomsOf(ingress, all(explainIngress(ingress, situation)))),
  },
];

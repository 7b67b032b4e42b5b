import { DAEMONS, type Daemon } from '../../src/api/access.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import type { Patient } from '../../src/doctor/check.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { Situation, type SituationInput } from '../../src/explain/situation.ts';
import { pool, type ServiceWish, service } from '../allocator/builders.ts';
import { advertisement, node, speaker } from '../announcement/objects.ts';
import { controllerLease, NOW, speakerLease } from '../explain/situations.ts';

export interface Given extends Partial<Omit<SituationInput, 'objects'>> {
  readonly surroundings?: readonly KubernetesObject[];
  readonly missingKinds?: readonly string[];
}

export const foreign = (apiVersion: string, kind: string, key: string, rest: object = {}): KubernetesObject => {
  const [namespace, name = ''] = key.includes('/') ? key.split('/') : [undefined, key];
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...rest };
};
export const deployment = (key: string, rest: object = {}) => foreign('apps/v1', 'Deployment', key, rest);
export const daemonSet = (key: string, rest: object = {}) => foreign('apps/v1', 'DaemonSet', key, rest);
export const role = ({ name, access }: Daemon, but?: string) =>
  foreign('rbac.authorization.k8s.io/v1', 'ClusterRole', name, {
    rules: access
      .filter(({ resource }) => resource !== but)
      .map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs })),
  });
export const proxy = (text: string) =>
  foreign('v1', 'ConfigMap', 'kube-system/kube-proxy', { data: { 'config.conf': text } });

const ROLES = DAEMONS.map((daemon) => role(daemon));
const READY = [
  deployment('berth-system/berth-controller', { spec: { replicas: 2 }, status: { readyReplicas: 2 } }),
  daemonSet('berth-system/berth-speaker', { status: { desiredNumberScheduled: 1, numberReady: 1 } }),
];
export const POOL = pool('public', '192.0.2.50-192.0.2.60');
export const LIVES = [controllerLease(1), speakerLease('n1', 1)];
export const N1 = node('n1', {}, { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.11' }] } });
export const SPEAKS = speaker('n1');
const NAMESPACE = foreign('v1', 'Namespace', 'default');
export const CLUSTER = [POOL, advertisement(), N1, SPEAKS, NAMESPACE, ...LIVES];

export function examine(
  objects: readonly KubernetesObject[],
  { surroundings = [], missingKinds = [], ...rest }: Given = {},
) {
  const situation = new Situation({ objects, now: NOW, ...rest });
  const patient: Patient = { situation, surroundings: [...ROLES, ...READY, ...surroundings], missingKinds };
  return diagnose(patient).checks;
}

/** What was found, as `check object reason`. */
export function found(objects: readonly KubernetesObject[], given: Given = {}): readonly string[] {
  return examine(objects, given).flatMap(({ check, symptoms }) =>
    symptoms.map(({ object, reason }) => `${check} ${object} ${reason}`),
  );
}

/** The cluster without the objects of these kinds, and with others. */
export const without = (kinds: string, ...more: readonly KubernetesObject[]) => [
  ...CLUSTER.filter(({ kind }) => !kinds.split(' ').includes(kind)),
  ...more,
];
export const wanting = (wish: ServiceWish = {}) => [...CLUSTER, service('web', wish)];

export function excluded() {
  return node('n1', { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } });
}

export function stuck(): KubernetesObject {
  const web = service('web', { deleting: true });
  return { ...web, metadata: { ...web.metadata, finalizers: ['service.kubernetes.io/load-balancer-cleanup'] } };
}

export function writtenBy(manager: string): KubernetesObject {
  const web = service('web', { holds: ['192.0.2.50'] });
  const managedFields = [{ manager, fieldsV1: { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } } }];
  return { ...web, metadata: { ...web.metadata, ...{ managedFields } } };
}

export function reporting(status: object): KubernetesObject {
  const { status: reported, ...rest } = SPEAKS;
  return { ...rest, ...{ status: { ...reported, ...status } } };
}

export function stranger() {
  return { address: '192.0.2.50', mac: '02:00:00:00:00:99', seen: '2026-01-01T11:59:00Z' };
}

export function session(rest: object) {
  return {
    peer: 'tor',
    address: '192.0.2.1',
    state: 'Established',
    since: '2026-01-01T11:59:00Z',
    advertised: 0,
    ...rest,
  };
}

export function ingress(
  status: object,
  annotations: object = { 'berth.dev/service': 'default/web' },
  ingressClassName?: string,
) {
  return foreign('networking.k8s.io/v1', 'Ingress', 'default/shop', {
    ...{ metadata: { namespace: 'default', name: 'shop', annotations } },
    ...{ spec: { ...(ingressClassName === undefined ? {} : { ingressClassName }) }, status },
  });
}

/** A cause by its code, `check object reason` that it is found by, and the objects that show it. */
export type Row = readonly [code: string, symptom: string, objects: readonly KubernetesObject[], given?: Given];

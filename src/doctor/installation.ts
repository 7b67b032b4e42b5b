import { BERTH_NAMESPACE, CONTROLLER, DAEMONS, type Daemon } from '../api/access.ts';
import type { KubernetesObject } from '../api/object.ts';
import { SERVICE_FINDINGS } from '../api/reasons/explanation.ts';
import { isDown } from '../explain/controller-life.ts';
import { type Check, nameOf, type Symptom, symptom } from './check.ts';
import { surroundingsOf, valueAt } from './surroundings.ts';

/** Whether Berth itself is there, runs, and may do what it has to. */
export const INSTALLATION_CHECKS: readonly Check[] = [
  {
    name: 'kinds',
    healthy: 'the kinds of Berth are installed',
    needs: [],
    look: ({ missingKinds }) =>
      missingKinds.map((kind) => symptom('fail', kind, 'KindsMissing', `the cluster does not have ${kind}`)),
  },
  {
    name: 'controller',
    healthy: 'a controller holds its Lease',
    needs: ['Lease'],
    look: ({ situation: { controller } }) => {
      if (!isDown(controller)) return [];
      const { remedy } = SERVICE_FINDINGS.ControllerDown;
      const message = `the controller is ${controller.message}`;
      return [{ state: 'fail', object: CONTROLLER.name, reason: 'ControllerDown', message, remedy }];
    },
  },
  {
    name: 'workload',
    healthy: 'the pods of Berth are ready',
    needs: ['Deployment', 'DaemonSet'],
    look: ({ surroundings }) => [
      ...surroundingsOf(surroundings, 'Deployment').flatMap((each) =>
        unready(each, ['readyReplicas'], ['spec', 'replicas']),
      ),
      ...surroundingsOf(surroundings, 'DaemonSet').flatMap((each) =>
        unready(each, ['numberReady'], ['status', 'desiredNumberScheduled']),
      ),
    ],
  },
  {
    name: 'rights',
    healthy: 'each daemon may do what it has to',
    needs: ['ClusterRole'],
    look: ({ surroundings }) => {
      const roles = surroundingsOf(surroundings, 'ClusterRole');
      return DAEMONS.flatMap((daemon) =>
        missingRights(
          daemon,
          roles.find(({ metadata }) => metadata.name === daemon.name),
        ),
      );
    },
  },
];

function unready(
  workload: KubernetesObject,
  ready: readonly [string],
  wanted: readonly ['spec' | 'status', string],
): readonly Symptom[] {
  if (workload.metadata.namespace !== BERTH_NAMESPACE) return [];
  const has = Number(valueAt(workload, 'status', ...ready) ?? 0);
  const wants = Number(valueAt(workload, ...wanted) ?? (wanted[0] === 'spec' ? 1 : 0));
  if (has >= wants && wants > 0) return [];
  const message = wants === 0 ? 'it wants no pod on any node' : `${has} of ${wants} pods are ready`;
  return [symptom(has === 0 ? 'fail' : 'warn', nameOf(workload), 'WorkloadNotReady', message)];
}

/** By its ClusterRole alone: what a daemon may do in its own namespace is in a Role. */
function missingRights({ name, access }: Daemon, role: KubernetesObject | undefined): readonly Symptom[] {
  const object = `ClusterRole/${name}`;
  if (role === undefined) return [symptom('fail', object, 'RightsMissing', 'there is no such role')];
  const rules = valueAt(role, 'rules');
  const lacking = access
    .filter(({ ownNamespace }) => ownNamespace !== true)
    .flatMap(({ group, resource, verbs }) => {
      const missing = verbs.filter(
        (verb) => !(Array.isArray(rules) && rules.some((rule) => allows(rule, group, resource, verb))),
      );
      return missing.length > 0 ? [`${missing.join(', ')} ${resource}${group === '' ? '' : `.${group}`}`] : [];
    });
  return lacking.length > 0 ? [symptom('fail', object, 'RightsMissing', `it lacks ${lacking.join('; ')}`)] : [];
}

function allows(rule: unknown, group: string, resource: string, verb: string): boolean {
  const has = (field: string, value: string) => {
    const values = valueAt(rule, field);
    return Array.isArray(values) && (values.includes(value) || values.includes('*'));
  };
  return (
    has('apiGroups', group) &&
    has('resources', resource) &&
    has('verbs', verb) &&
    valueAt(rule, 'resourceNames') === undefined
  );
}

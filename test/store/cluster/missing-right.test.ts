import { describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE, DAEMONS } from '../../../src/api/access.ts';
import { missingRight } from '../../../src/store/cluster/missing-right.ts';

const denied = (account: string, verb: string, resource: string, group: string, where: string): string =>
  `${resource} "x" is forbidden: User "system:serviceaccount:${account}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
const WITHIN = `in the namespace "${BERTH_NAMESPACE}"`;
const CONTROLLER = `${BERTH_NAMESPACE}:berth-controller`;

describe('missingRight', () => {
  const granted = DAEMONS.flatMap(({ name, access }) =>
    access.flatMap(({ verbs, ...row }) => verbs.map((verb) => ({ name, verb, ...row }))),
  );

  it.each(granted)('names $verb on $resource of $name, and who grants it', (row) => {
    const where = row.ownNamespace ? WITHIN : 'at the cluster scope';
    const message = denied(`${BERTH_NAMESPACE}:${row.name}`, row.verb, row.resource, row.group, where);
    expect(missingRight(message)).toBe(
      `give ${row.name} the right ${row.verb} on ${row.resource} again: manifests/rbac.yaml grants it`,
    );
  });

  it('is the same whatever RBAC adds', () => {
    const message = denied(CONTROLLER, 'create', 'events', '', 'in the namespace "default"');
    expect(missingRight(`${message}: RBAC: clusterrole.rbac.authorization.k8s.io "x" not found`)).toBe(
      missingRight(message),
    );
  });

  it.each([
    ['no verb of it', denied(CONTROLLER, 'delete', 'events', '', WITHIN)],
    ['no resource of it', denied(CONTROLLER, 'list', 'pods', '', WITHIN)],
    ['another group', denied(CONTROLLER, 'create', 'events', 'events.k8s.io', WITHIN)],
    ['a Lease elsewhere', denied(CONTROLLER, 'get', 'leases', 'coordination.k8s.io', 'in the namespace "default"')],
    ['another account', denied('default:anybody', 'list', 'services', '', 'at the cluster scope')],
    ['a person', 'services is forbidden: User "anybody" cannot list resource "services" in API group ""'],
    ['an admission policy', 'ValidatingAdmissionPolicy denied request: the speaker of node n1 writes only its own'],
    ['nothing', ''],
  ])('says nothing of what the manifests do not grant: %s', (_, message) => {
    expect(missingRight(message)).toBeUndefined();
  });
});

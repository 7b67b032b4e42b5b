import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE, CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { LeaseLeadership } from '../../../src/store/cluster/lease-leadership.ts';
import { recordingContext } from '../../cli/recording-context.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { ControllerCluster, eventually } from '../controller/harness.ts';
import { KubectlView, poolText, serviceText } from './kubectl-view.ts';

/** The rights that `berth uninstall --help` lists, and no others. */
const RIGHTS = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: uninstaller, namespace: ${BERTH_NAMESPACE}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: uninstaller}
rules:
  - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [list]}
  - {apiGroups: [''], resources: [services], verbs: [list, get]}
  - {apiGroups: [networking.k8s.io], resources: [ingresses], verbs: [list, get]}
  - {apiGroups: [berth.dev], resources: [ipaddresspools, bfdprofiles, communities], verbs: [list, get, patch]}
  - {apiGroups: [''], resources: [services/status], verbs: [patch]}
  - {apiGroups: [networking.k8s.io], resources: [ingresses/status], verbs: [patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: uninstaller}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: uninstaller}
subjects: [{kind: ServiceAccount, name: uninstaller, namespace: ${BERTH_NAMESPACE}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: uninstaller, namespace: ${BERTH_NAMESPACE}}
rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: uninstaller, namespace: ${BERTH_NAMESPACE}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: uninstaller}
subjects: [{kind: ServiceAccount, name: uninstaller, namespace: ${BERTH_NAMESPACE}}]
`;
const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site, annotations: {berth.dev/service: default/web}}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;

let lab: ControllerCluster;
let shows: KubectlView;
let kubeconfig: string;
let leadership: LeaseLeadership;
let store: ClusterStore;
beforeAll(async () => {
  lab = await ControllerCluster.start();
  shows = new KubectlView(lab);
  await shows.apply(RIGHTS);
  kubeconfig = (await lab.cluster.serviceAccount(BERTH_NAMESPACE, 'uninstaller')).kubeconfig;
  const credentials = await kubeconfigCredentials({ path: lab.cluster.controlPlane.kubeconfig });
  store = new ClusterStore({ credentials, logger: silentLogger, namespace: BERTH_NAMESPACE });
});
afterAll(async () => {
  await store?.close();
  await lab?.dispose();
});
afterEach(async () => {
  await leadership.stop();
  await lab.stopControllers();
});

async function controller(): Promise<void> {
  const lease = { namespace: BERTH_NAMESPACE, name: CONTROLLER_LEASE };
  leadership = new LeaseLeadership({ store, lease, identity: 'pod-a_1', logger: silentLogger });
  leadership.start();
  await lab.startController({ leadership });
}

async function uninstall(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram(['uninstall', '--yes', '--kubeconfig', kubeconfig, ...args], context);
  return { code, out: context.out(), err: context.err() };
}

const ingress = () =>
  lab.cluster.kubectl('get', 'ingress', 'site', '-o', 'jsonpath={.status.loadBalancer.ingress[*].ip}');

describe('berth uninstall', () => {
  it('leaves a controller that runs alone, and clears all when it has stopped', async () => {
    await controller();
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.59'), serviceText('web'), INGRESS);
    await shows.service('web', '192.0.2.50', 'Allocated');
    await eventually(async () => expect(await ingress()).toBe('192.0.2.50'));
    const refused = await uninstall('--release');
    expect(refused.err).toMatch(/error: the controller pod-a_1 runs: .*--replicas=0/);
    expect(refused.code).toBe(1);
    expect((await lab.row('service', 'web'))['EXTERNAL-IP']).toBe('192.0.2.50');

    const waiting = uninstall('--release', '--wait', '30s');
    await lab.stopControllers();
    await leadership.stop();
    const { code, out, err } = await waiting;
    expect(err).toMatch(
      /service\/default\/web: gave back 192\.0\.2\.50\ningress\/default\/site: .*\nipaddresspool\/public: /,
    );
    expect(out).toMatch(/^Addresses have been given back/);
    expect(code).toBe(0);
    expect((await lab.row('service', 'web'))['EXTERNAL-IP']).toBe('<pending>');
    expect(await lab.cluster.kubectl('get', 'service', 'web', '-o', 'jsonpath={.status}')).toBe('{"loadBalancer":{}}');
    expect(await ingress()).toBe('');
    expect(await shows.finalizers('public')).toBe('');
    await shows.kubectl('delete', 'ingress,service,bpool', '--all', '--timeout=5s');
  });

  it('keeps addresses in use, so that the kinds can go and the next installation claims them', async () => {
    await controller();
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.59'), serviceText('web'));
    await shows.service('web', '192.0.2.50', 'Allocated');
    await lab.stopControllers();
    await leadership.stop();
    await shows.kubectl('delete', 'crd', 'ipaddresspools.berth.dev', '--wait=false');
    const { code, err } = await uninstall('--keep');
    expect(err).toMatch(/1 Service keeps its addresses: service\/default\/web 192\.0\.2\.50\n/);
    expect(code).toBe(0);
    await shows.gone('crd', 'ipaddresspools.berth.dev');
    expect((await lab.row('service', 'web'))['EXTERNAL-IP']).toBe('192.0.2.50');
    expect(await uninstall('--keep')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Nothing of Berth's is left/),
    });

    await lab.cluster.install();
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.59'), serviceText('late'));
    await controller();
    await shows.pool('public', 'True Ready 2/10', /gives out/);
    expect((await lab.row('service', 'web'))['EXTERNAL-IP']).toBe('192.0.2.50');
    expect((await lab.row('service', 'late'))['EXTERNAL-IP']).toBe('192.0.2.51');
    await shows.kubectl('delete', 'service,bpool', '--all', '--timeout=15s');
  });
});

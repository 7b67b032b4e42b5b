import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE, DAEMONS, type Daemon } from '../../src/api/access.ts';
import { Cluster } from './cluster.ts';

/** A rule as SelfSubjectRulesReview gives it. */
interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 0 });
  await cluster.install();
  await cluster.kubectl('create', 'serviceaccount', 'anybody', '--namespace', BERTH_NAMESPACE);
});
afterAll(() => cluster?.dispose());

const print = (verb: string, group: string, resource: string, name = '*'): string =>
  `${verb} ${group}/${resource} named ${name}`;

/** Everything that the holder of a ServiceAccount's token may do in a namespace, says the server. */
async function allowed(account: string, namespace: string): Promise<ReadonlySet<string>> {
  const { kubeconfig } = await cluster.serviceAccount(BERTH_NAMESPACE, account);
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const args = ['--kubeconfig', kubeconfig, 'create', '--raw', path, '-f', '-'];
  const { stdout } = await cluster.tryKubectl(args, JSON.stringify(review));
  const { status } = JSON.parse(stdout) as { status: { resourceRules: readonly Rule[]; incomplete: boolean } };
  expect(status.incomplete).toBe(false);
  const actions = status.resourceRules.flatMap(({ verbs, apiGroups, resources, resourceNames = ['*'] }) =>
    verbs.flatMap((verb) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => resourceNames.map((name) => print(verb, group, resource, name))),
      ),
    ),
  );
  return new Set(actions);
}

/** The same as the table has it. */
function asked({ access }: Daemon, namespace: string): readonly string[] {
  return access
    .filter(({ ownNamespace }) => !ownNamespace || namespace === BERTH_NAMESPACE)
    .flatMap(({ group, resource, verbs, names = ['*'] }) =>
      verbs.flatMap((verb) => names.map((name) => print(verb, group, resource, name))),
    );
}

describe.each(DAEMONS)('$name', (daemon) => {
  it.each(['default', 'kube-system', BERTH_NAMESPACE])(
    'may do exactly what its table says in %s',
    async (namespace) => {
      const found = await allowed(daemon.name, namespace);
      // What every ServiceAccount may do, such as to ask what it may do.
      const anybody = await allowed('anybody', namespace);
      expect([...found].filter((action) => !anybody.has(action)).sort()).toEqual([...asked(daemon, namespace)].sort());
    },
  );

  it('is who its token says, and is refused the rest', async () => {
    const account = await cluster.serviceAccount(BERTH_NAMESPACE, daemon.name);
    const as = (...args: readonly string[]) => cluster.tryKubectl(['--kubeconfig', account.kubeconfig, ...args]);
    const whoami = async () => (await as('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).stdout;
    expect(await whoami()).toBe(`system:serviceaccount:${BERTH_NAMESPACE}:${daemon.name}`);
    await account.renewToken();
    expect(await whoami()).toBe(`system:serviceaccount:${BERTH_NAMESPACE}:${daemon.name}`);
    expect((await as('get', 'services,bpool', '-A')).status).toBe(0);
    for (const action of ['get secrets -A', 'delete service kubernetes', 'get leases -n kube-node-lease']) {
      const { status, stderr } = await as(...action.split(' '));
      expect([action, status, stderr]).toEqual([action, 1, expect.stringContaining('(Forbidden)')]);
    }
  });
});

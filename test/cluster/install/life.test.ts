import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { eventually } from '../../lab/eventually.ts';
import { RuntimeRoot } from '../../lab/image/runtime-root.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { Cluster } from '../cluster.ts';
import { AddressHistory } from '../faults/address-history.ts';
import { Kubelet, type PodObject } from '../kubelet.ts';
import { berthPods } from './berth-pods.ts';

const BERTH = fileURLToPath(new URL('../../../manifests/berth.yaml', import.meta.url));
const PREVIOUS = fileURLToPath(new URL('previous.yaml', import.meta.url));
const PATIENCE = { timeoutMs: 40_000, intervalMs: 100 };
const WORKLOADS = ['deployment/berth-controller', 'daemonset/berth-speaker'] as const;
const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
`;
const IN = ['-n', BERTH_NAMESPACE] as const;

interface Template {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: Pick<PodObject, 'spec'> & { readonly metadata: object } };
}

let cluster: Cluster;
let root: RuntimeRoot;
let kubelet: Kubelet;
let store: ClusterStore;
let history: AddressHistory;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 2, kubeProxy: false, controllerManager: true });
  root = await RuntimeRoot.assemble(cluster.folder);
  await root.addMountPoints();
  kubelet = Kubelet.start(cluster, berthPods(cluster, root));
  const credentials = await kubeconfigCredentials({ path: cluster.controlPlane.kubeconfig });
  store = new ClusterStore({ credentials, logger: silentLogger, namespace: BERTH_NAMESPACE });
  history = new AddressHistory(store);
});
afterAll(async () => {
  history?.stop();
  await store?.close();
  await kubelet?.dispose();
  await cluster?.dispose();
});

const kubectl = (...args: readonly string[]) => cluster.kubectl(...args);

/** Waits until all pods run what the manifests say now. */
async function rolledOut(): Promise<void> {
  for (const workload of WORKLOADS) {
    await kubectl('rollout', 'status', workload, ...IN, '--timeout=40s').catch((error: unknown) => {
      throw new Error(`${workload}: ${String(error)}; the kubelet: ${String(kubelet.fault)}`);
    });
  }
}

async function shows(args: readonly string[], path: string, wanted: string): Promise<void> {
  const probe = async () => (await kubectl('get', ...args, '-o', `jsonpath=${path}`)) === wanted || undefined;
  await eventually(`${args.join(' ')} shows ${wanted}`, probe, PATIENCE);
}

const address = (service: string, wanted: string) =>
  shows(['service', service], '{.status.loadBalancer.ingress[*].ip}', wanted);
const announced = (service: string) =>
  shows(['service', service], '{.status.conditions[?(@.type=="berth.dev/Announced")].status}', 'True');
const uidOf = (...args: readonly string[]) => kubectl('get', ...args, '-o', 'jsonpath={.metadata.uid}');

/** Pods of both templates, as their controllers make them. */
async function templates(): Promise<readonly Template[]> {
  const objects = parseAllDocuments(await readFile(BERTH, 'utf8')).map((document) => document.toJS());
  return objects.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet') as Template[];
}

async function dryRun({ metadata: { name }, spec: { template } }: Template, namespace: string) {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template.metadata, name, namespace } };
  return await cluster.tryKubectl(['create', '--dry-run=server', '-f', '-'], `---\n${stringify(pod)}`);
}

describe('kubectl apply of manifests/berth.yaml, once, on a cluster that knows nothing of Berth', () => {
  it('installs what the version before did not have yet, and keeps what that gave', async () => {
    await kubectl('apply', '-f', PREVIOUS);
    await kubectl('wait', '--for=condition=Established', 'crd', '--all');
    await cluster.apply(POOL);
    await kubectl('create', 'service', 'loadbalancer', 'kept', '--tcp=80');
    const status = { status: { loadBalancer: { ingress: [{ ip: '192.0.2.55' }] } } };
    await kubectl('patch', 'service', 'kept', '--subresource=status', '--type=merge', '-p', JSON.stringify(status));
    const before = await uidOf('bpool', 'public');

    const applied = await cluster.tryKubectl(['apply', '-f', BERTH]);
    expect([applied.status, applied.stderr]).toEqual([0, '']);
    await rolledOut();
    expect(await uidOf('bpool', 'public')).toBe(before);
    await shows(['bl2', 'default'], '{.spec.offSubnet}', 'Skip');
    await address('kept', '192.0.2.55');
    await kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80');
    await address('web', '192.0.2.50');
    await announced('web');
  });

  it('is taken again without a change', async () => {
    const generations = () => kubectl('get', '-f', BERTH, '-o', 'jsonpath={.items[*].metadata.generation}');
    const before = await generations();
    expect((await cluster.tryKubectl(['apply', '-f', BERTH])).stderr).toBe('');
    expect(await generations()).toBe(before);
  });

  it('makes pods that the policy of their namespaces admits', async () => {
    await cluster.apply(
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}\n',
    );
    for (const name of ['berth-controller', 'berth-speaker']) {
      await kubectl('create', 'serviceaccount', name, '-n', 'strict');
    }
    const [controller, speaker] = await templates();
    if (controller === undefined || speaker === undefined) throw new Error('a template is missing');
    for (const template of [controller, speaker]) {
      expect(await dryRun(template, BERTH_NAMESPACE)).toMatchObject({ status: 0, stderr: '' });
    }
    expect(await dryRun(controller, 'strict')).toMatchObject({ status: 0, stderr: '' });
    expect(await dryRun(speaker, 'strict')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/violates PodSecurity "restricted:latest": host namespaces \(hostNetwork=true\)/),
    });
  });

  it('leaves the default L2Advertisement to people: deleted, it does not come back', async () => {
    await kubectl('delete', 'bl2', 'default');
    await kubectl('rollout', 'restart', ...WORKLOADS.slice(0, 1), ...IN);
    await rolledOut();
    await kubectl('create', 'service', 'loadbalancer', 'late', '--tcp=80');
    await address('late', '192.0.2.51');
    expect(await kubectl('get', 'bl2', '-o', 'name')).toBe('');
    await cluster.apply('apiVersion: berth.dev/v1beta1\nkind: L2Advertisement\nmetadata: {name: mine}\n');
    await announced('web');
  });
});

describe('another version', () => {
  it('takes over one by one, and can be taken back, without an address that moves', async () => {
    const next = join(cluster.folder, 'next.yaml');
    const text = await readFile(BERTH, 'utf8');
    await writeFile(next, text.replaceAll(/image: berth:.*/g, 'image: berth:next'));
    const [before, pods] = [new Map(history.addresses), await kubectl('get', 'pods', ...IN, '-o', 'name')];
    await kubectl('apply', '-f', next);
    await rolledOut();
    const after = (await kubectl('get', 'pods', ...IN, '-o', 'name')).trim().split('\n');
    expect(after.filter((pod) => pods.includes(pod))).toEqual([]);
    for (const workload of WORKLOADS) await kubectl('rollout', 'undo', workload, ...IN);
    await rolledOut();
    expect(await kubectl('get', 'pods', ...IN, '-o', 'jsonpath={.items[*].spec.containers[*].image}')).not.toMatch(
      /next/,
    );
    await announced('web');
    expect([new Map(history.addresses), history.violations]).toEqual([before, []]);
  });
});

describe('an uninstall', () => {
  const berth = async (...args: readonly string[]) => {
    const [, script = ''] = root.entrypoint;
    const command = [join(root.folder, script), ...args];
    return (await promisify(execFile)(process.execPath, command, { env: cluster.env })).stdout;
  };

  it('leaves Services their addresses, which the next installation finds', async () => {
    const before = new Map(history.addresses);
    await kubectl('scale', 'deployment/berth-controller', ...IN, '--replicas=0');
    expect(await berth('uninstall', '--keep', '--yes', '--wait', '30s')).toMatch(
      /^Nothing holds the pools back any more/,
    );
    await kubectl('delete', '-f', BERTH, '--timeout=40s');
    expect(await kubectl('get', 'crd', '-o', 'name')).toBe('');
    expect([new Map(history.addresses), history.violations]).toEqual([before, []]);

    await kubectl('apply', '-f', BERTH);
    await rolledOut();
    await cluster.apply(POOL);
    await kubectl('create', 'service', 'loadbalancer', 'next', '--tcp=80');
    await address('next', '192.0.2.52');
    await shows(['bl2', 'default'], '{.metadata.name}', 'default');
    expect(history.violations).toEqual([]);
  });

  it('or gives them back', async () => {
    await kubectl('scale', 'deployment/berth-controller', ...IN, '--replicas=0');
    expect(await berth('uninstall', '--release', '--yes', '--wait', '30s')).toMatch(/given back/);
    for (const service of ['kept', 'web', 'late', 'next']) await address(service, '');
    await kubectl('delete', '-f', BERTH, '--timeout=40s');
  });
});

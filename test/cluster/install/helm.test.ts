import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { eventually } from '../../lab/eventually.ts';
import { RuntimeRoot } from '../../lab/image/runtime-root.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { Cluster } from '../cluster.ts';
import { AddressHistory } from '../faults/address-history.ts';
import { Kubelet } from '../kubelet.ts';
import { berthPods } from './berth-pods.ts';

const CHART = fileURLToPath(new URL('../../../manifests/chart', import.meta.url));
/** Ten times what a step takes on two cores that do nothing else. */
const PATIENCE = { timeoutMs: 120_000, intervalMs: 200 };
const STEP = 400_000;
const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
`;
const IN = ['-n', BERTH_NAMESPACE] as const;
const POLICY = 'validatingadmissionpolicy';

let cluster: Cluster;
let kubelet: Kubelet;
let store: ClusterStore;
let history: AddressHistory;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 2, kubeProxy: false, controllerManager: true });
  const root = await RuntimeRoot.assemble(cluster.folder);
  await root.addMountPoints();
  kubelet = Kubelet.start(cluster, berthPods(cluster, root));
  const credentials = await kubeconfigCredentials({ path: cluster.controlPlane.kubeconfig });
  store = new ClusterStore({ credentials, logger: silentLogger, namespace: BERTH_NAMESPACE });
  history = new AddressHistory(store);
}, STEP);
afterAll(async () => {
  history?.stop();
  await store?.close();
  await kubelet?.dispose();
  await cluster?.dispose();
}, STEP);

const kubectl = (...args: readonly string[]) => cluster.kubectl(...args);

/** Runs Helm as an administrator. Rejects with what it complains of. */
async function helm(...args: readonly string[]): Promise<string> {
  const home = join(cluster.folder, 'helm');
  const env = { ...cluster.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  const child = spawn('helm', args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`helm ${args.join(' ')}: status ${status}: ${stderr}`);
  return stdout;
}

/** Waits until all pods run what the release says now. */
async function rolledOut(): Promise<void> {
  for (const workload of ['deployment/berth-controller', 'daemonset/berth-speaker']) {
    const args = ['rollout', 'status', workload, ...IN, `--timeout=${PATIENCE.timeoutMs / 1000}s`];
    await kubectl(...args).catch((error: unknown) => {
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
const named = async (...args: readonly string[]) => (await kubectl('get', ...args, '-o', 'name')).trim();
const images = () => kubectl('get', 'pods', ...IN, '-o', 'jsonpath={.items[*].spec.containers[*].image}');
const uids = () => kubectl('get', 'bpool/public', 'bl2/default', '-o', 'jsonpath={.items[*].metadata.uid}');

describe('helm', () => {
  let kept: string;

  it(
    'installs the chart on a cluster that knows nothing of Berth',
    async () => {
      expect(await helm('install', 'berth', CHART)).toMatch(/STATUS: deployed[\s\S]*kind: IPAddressPool/);
      await rolledOut();
      await cluster.apply(POOL);
      await kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80');
      await address('web', '192.0.2.50');
      await announced('web');
      await shows(['bl2', 'default'], '{.spec.offSubnet}', 'Skip');
      expect(await named(POLICY)).toBe('');
      kept = await uids();
    },
    STEP,
  );

  it(
    'upgrades it, and no address moves',
    async () => {
      await helm('upgrade', 'berth', CHART, '--set', 'image.tag=next,speakerNodePolicy.enabled=true');
      await rolledOut();
      expect(new Set((await images()).split(' '))).toEqual(new Set(['berth:next']));
      expect(await named(POLICY)).toContain('berth-speaker');
      // What a speaker may still write under the policy is what it needs.
      await kubectl('create', 'service', 'loadbalancer', 'late', '--tcp=80');
      await address('late', '192.0.2.51');
      await announced('late');
      expect([await uids(), history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it(
    'takes the upgrade back, and no address moves',
    async () => {
      await helm('rollback', 'berth', '1');
      await rolledOut();
      expect(await images()).not.toContain('next');
      expect(await named(POLICY)).toBe('');
      for (const service of ['web', 'late']) await announced(service);
      expect([await uids(), history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it(
    'uninstalls it, and leaves kinds with their objects, and Services their addresses',
    async () => {
      await helm('uninstall', 'berth');
      await kubectl('wait', '--for=delete', `namespace/${BERTH_NAMESPACE}`, `--timeout=${PATIENCE.timeoutMs / 1000}s`);
      expect(await named('clusterrole,clusterrolebinding', '-l', 'app.kubernetes.io/name=berth')).toBe('');
      expect((await named('crd')).split('\n')).toHaveLength(7);
      expect([await uids(), history.violations]).toEqual([kept, []]);
      await address('web', '192.0.2.50');
      await address('late', '192.0.2.51');
    },
    STEP,
  );

  it(
    'installs it again over what was left, with a key that speakers sign with',
    async () => {
      await helm('install', 'berth', CHART, '--set', 'speaker.messageKeySecret=berth-message-key');
      // Pods wait for it.
      const key = '--from-literal=key=0123456789abcdef0123456789abcdef';
      await kubectl('create', 'secret', 'generic', 'berth-message-key', ...IN, key);
      await rolledOut();
      await kubectl('create', 'service', 'loadbalancer', 'next', '--tcp=80');
      await address('next', '192.0.2.52');
      for (const service of ['web', 'late', 'next']) await announced(service);
      expect([await uids(), history.violations]).toEqual([kept, []]);
    },
    STEP,
  );
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { TypedShell } from '../../lab/typed-shell.ts';
import { typed } from './installation-guide.ts';
import { IN, PodCluster, WORKLOADS } from './pod-cluster.ts';
import { previousSource, type Source } from './previous-source.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const POOL = join(ROOT, 'manifests/samples/pool.yaml');
const PREVIOUS = 'previous.example';
const CURRENT = 'registry.example';
/** Ten times what a step takes on two cores that do nothing else. */
const PATIENCE_MS = 120_000;
const STEP = 400_000;
const POLICY = 'validatingadmissionpolicy';

let folder: string;
let previous: Source;
let pods: PodCluster;
let shell: TypedShell;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'previous-'));
  previous = await previousSource(folder);
  process.stdout.write(`the version before this one, for helm upgrade and rollback: ${previous.name}\n`);
  const other = { prefix: PREVIOUS, source: previous.folder };
  pods = await PodCluster.start({ patienceMs: PATIENCE_MS, other });
  const home = join(pods.cluster.folder, 'helm');
  const itsOwn = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  shell = await TypedShell.start({ ...pods.cluster.env, ...itsOwn });
}, STEP);
afterAll(async () => {
  await shell?.dispose();
  await pods?.dispose();
  await rm(folder, { recursive: true, force: true });
}, STEP);

const kubectl = (...args: readonly string[]) => pods.kubectl(...args);
/** Types a command of the guide, with these arguments as well. */
const type = (heading: string, index: number, ...more: readonly string[]) =>
  shell.type([typed(heading, index).trimEnd(), ...more].join(' '));
const named = async (...args: readonly string[]) => (await kubectl('get', ...args, '-o', 'name')).trim();
/** All pods are of a version by now. */
const run = async (registry: string) => {
  await pods.rolledOut();
  for (const image of await pods.images()) expect(image).toMatch(new RegExp(`^${registry}/berth:`));
};
const uids = () => kubectl('get', 'bpool/public', 'bl2/default', '-o', 'jsonpath={.items[*].metadata.uid}');

describe('helm', () => {
  let kept: string;

  it(
    'installs the chart of the version before on a cluster that knows nothing of Berth',
    async () => {
      await shell.type(`cd '${previous.folder}'`);
      const install = typed('With Helm', 0, PREVIOUS);
      expect(await shell.type(install)).toMatch(/STATUS: deployed[\s\S]*kind: IPAddressPool/);
      await run(PREVIOUS);
      await shell.type(`cd '${ROOT}'`);
      await kubectl('apply', '-f', POOL);
      await kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80');
      await pods.address('web', '192.0.2.50');
      await pods.announced('web');
      await pods.shows(['bl2', 'default'], '{.spec.offSubnet}', 'Skip');
      expect(await named(POLICY)).toBe('');
      kept = await uids();
    },
    STEP,
  );

  it(
    'upgrades it to this one, and no address moves',
    async () => {
      await type('Upgrade and rollback', 2, '--set', 'speakerNodePolicy.enabled=true');
      await run(CURRENT);
      expect(await named(POLICY)).toContain('berth-speaker');
      // What a speaker may still write under the policy is what it needs.
      await kubectl('create', 'service', 'loadbalancer', 'late', '--tcp=80');
      await pods.address('late', '192.0.2.51');
      await pods.announced('late');
      expect([await uids(), pods.history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it(
    'takes the upgrade back, and no address moves',
    async () => {
      await type('Upgrade and rollback', 3);
      await run(PREVIOUS);
      expect(await named(POLICY)).toBe('');
      for (const service of ['web', 'late']) await pods.announced(service);
      expect([await uids(), pods.history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it(
    'uninstalls it, and leaves kinds with their objects, and Services their addresses',
    async () => {
      await type('Uninstall', 1);
      await kubectl('wait', '--for=delete', `namespace/${BERTH_NAMESPACE}`, `--timeout=${PATIENCE_MS / 1000}s`);
      expect(await named('clusterrole,clusterrolebinding', '-l', 'app.kubernetes.io/name=berth')).toBe('');
      expect((await named('crd')).split('\n')).toHaveLength(7);
      expect([await uids(), pods.history.violations]).toEqual([kept, []]);
      await pods.address('web', '192.0.2.50');
      await pods.address('late', '192.0.2.51');
    },
    STEP,
  );

  it(
    'installs it again over what was left, with a key that speakers sign with',
    async () => {
      await type('With Helm', 0, '--set', 'speaker.messageKeySecret=berth-message-key');
      // Pods wait for it.
      const key = '--from-literal=key=0123456789abcdef0123456789abcdef';
      await kubectl('create', 'secret', 'generic', 'berth-message-key', ...IN, key);
      await pods.rolledOut();
      await kubectl('create', 'service', 'loadbalancer', 'next', '--tcp=80');
      await pods.address('next', '192.0.2.52');
      for (const service of ['web', 'late', 'next']) await pods.announced(service);
      expect([await uids(), pods.history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it(
    'takes over what kubectl apply has installed, from within the namespace, and the pods go on',
    async () => {
      await type('Uninstall', 1);
      await kubectl('wait', '--for=delete', `namespace/${BERTH_NAMESPACE}`, `--timeout=${PATIENCE_MS / 1000}s`);
      await shell.type(typed('With kubectl', 0));
      await run(CURRENT);
      const running = () => kubectl('get', 'pods', ...IN, '-o', 'jsonpath={.items[*].metadata.uid}');
      const before = await running();
      expect(await type('With Helm', 1)).toMatch(/NAMESPACE: berth-system\nSTATUS: deployed/);
      await pods.rolledOut();
      expect(await running()).toBe(before);
      for (const workload of WORKLOADS) {
        await pods.shows(
          [workload, ...IN],
          '{.metadata.annotations.meta\\.helm\\.sh/release-namespace}',
          BERTH_NAMESPACE,
        );
      }
      // The release decides from here on, and its end leaves the namespace that it did not make.
      await shell.type(`helm uninstall berth ${IN.join(' ')}`);
      expect(await named('deployment,daemonset', ...IN)).toBe('');
      expect(await named('namespace', BERTH_NAMESPACE)).toBe(`namespace/${BERTH_NAMESPACE}`);
      await pods.address('web', '192.0.2.50');
      expect([await uids(), pods.history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it('ends every program in the grace period of its pod', () => {
    // Of four pods each time: upgrade, rollback, two uninstalls.
    expect(pods.kubelet.exits.length).toBeGreaterThanOrEqual(16);
    expect(pods.unclean).toEqual([]);
  });
});

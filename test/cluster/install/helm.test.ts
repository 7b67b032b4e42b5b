import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { TypedShell } from '../../lab/typed-shell.ts';
import { typed } from './installation-guide.ts';
import { IN, PodCluster } from './pod-cluster.ts';

const POOL = fileURLToPath(new URL('../../../manifests/samples/pool.yaml', import.meta.url));
/** Ten times what a step takes on two cores that do nothing else. */
const PATIENCE_MS = 120_000;
const STEP = 400_000;
const POLICY = 'validatingadmissionpolicy';

let pods: PodCluster;
let shell: TypedShell;
beforeAll(async () => {
  pods = await PodCluster.start({ patienceMs: PATIENCE_MS });
  const home = join(pods.cluster.folder, 'helm');
  const itsOwn = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  shell = await TypedShell.start({ ...pods.cluster.env, ...itsOwn });
}, STEP);
afterAll(async () => {
  await shell?.dispose();
  await pods?.dispose();
}, STEP);

const kubectl = (...args: readonly string[]) => pods.kubectl(...args);
/** Types a command of the guide, with these arguments as well. */
const type = (heading: string, index: number, ...more: readonly string[]) =>
  shell.type([typed(heading, index).trimEnd(), ...more].join(' '));
const named = async (...args: readonly string[]) => (await kubectl('get', ...args, '-o', 'name')).trim();
const uids = () => kubectl('get', 'bpool/public', 'bl2/default', '-o', 'jsonpath={.items[*].metadata.uid}');

describe('helm', () => {
  let kept: string;

  it(
    'installs the chart on a cluster that knows nothing of Berth',
    async () => {
      expect(await type('With Helm', 0)).toMatch(/STATUS: deployed[\s\S]*kind: IPAddressPool/);
      await pods.rolledOut();
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
    'upgrades it, and no address moves',
    async () => {
      await type('Upgrade and rollback', 2, '--set', 'image.tag=next,speakerNodePolicy.enabled=true');
      await pods.rolledOut();
      expect(await pods.images()).toEqual(new Set(['registry.example/berth:next']));
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
      await pods.rolledOut();
      expect(await pods.images()).not.toContain('registry.example/berth:next');
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

  it('ends every program in the grace period of its pod', () => {
    // Of four pods each time: upgrade, rollback, uninstall.
    expect(pods.kubelet.exits.length).toBeGreaterThanOrEqual(12);
    expect(pods.unclean).toEqual([]);
  });
});

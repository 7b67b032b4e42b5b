import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { IN, POOL, PodCluster } from './pod-cluster.ts';

const CHART = fileURLToPath(new URL('../../../manifests/chart', import.meta.url));
/** Ten times what a step takes on two cores that do nothing else. */
const PATIENCE_MS = 120_000;
const STEP = 400_000;
const POLICY = 'validatingadmissionpolicy';

let pods: PodCluster;
beforeAll(async () => {
  pods = await PodCluster.start(PATIENCE_MS);
}, STEP);
afterAll(() => pods?.dispose(), STEP);

const kubectl = (...args: readonly string[]) => pods.kubectl(...args);

/** Runs Helm as an administrator. Rejects with what it complains of. */
async function helm(...args: readonly string[]): Promise<string> {
  const home = join(pods.cluster.folder, 'helm');
  const env = { ...pods.cluster.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  const child = spawn('helm', args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`helm ${args.join(' ')}: status ${status}: ${stderr}`);
  return stdout;
}

const named = async (...args: readonly string[]) => (await kubectl('get', ...args, '-o', 'name')).trim();
const uids = () => kubectl('get', 'bpool/public', 'bl2/default', '-o', 'jsonpath={.items[*].metadata.uid}');

describe('helm', () => {
  let kept: string;

  it(
    'installs the chart on a cluster that knows nothing of Berth',
    async () => {
      expect(await helm('install', 'berth', CHART)).toMatch(/STATUS: deployed[\s\S]*kind: IPAddressPool/);
      await pods.rolledOut();
      await pods.cluster.apply(POOL);
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
      await helm('upgrade', 'berth', CHART, '--set', 'image.tag=next,speakerNodePolicy.enabled=true');
      await pods.rolledOut();
      expect(new Set(await pods.images())).toEqual(new Set(['berth:next']));
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
      await helm('rollback', 'berth', '1');
      await pods.rolledOut();
      expect(await pods.images()).not.toContain('berth:next');
      expect(await named(POLICY)).toBe('');
      for (const service of ['web', 'late']) await pods.announced(service);
      expect([await uids(), pods.history.violations]).toEqual([kept, []]);
    },
    STEP,
  );

  it(
    'uninstalls it, and leaves kinds with their objects, and Services their addresses',
    async () => {
      await helm('uninstall', 'berth');
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
      await helm('install', 'berth', CHART, '--set', 'speaker.messageKeySecret=berth-message-key');
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
});

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../lab/eventually.ts';
import { Cluster } from './cluster.ts';
import { Kubelet } from './kubelet.ts';

const PROBED = fileURLToPath(new URL('probed.mjs', import.meta.url));
const PATIENCE = { timeoutMs: 30_000 };

let cluster: Cluster;
let kubelet: Kubelet;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 1, kubeProxy: false, controllerManager: true });
  kubelet = Kubelet.start(cluster, async ({ spec }) => [process.execPath, PROBED, ...(spec.containers[0]?.args ?? [])]);
});
afterAll(async () => {
  await kubelet?.dispose();
  await cluster?.dispose();
});

/** A pod whose program ends so many milliseconds after SIGTERM. */
const template = (endsAfterMs: number, spec: object, probes: object = {}) => ({
  ...spec,
  containers: [{ name: 'it', image: 'it', args: [`${endsAfterMs}`], ports: [{ containerPort: 8080 }], ...probes }],
});
const asks = (path: string, periodSeconds = 1) => ({
  httpGet: { path, port: 8080 },
  periodSeconds,
  failureThreshold: 2,
});
const apply = (object: object) => cluster.apply(JSON.stringify(object));
const pod = (name: string, spec: object) => apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
const shown = (name: string, path: string) =>
  cluster.kubectl('get', 'pod', name, '-o', `jsonpath={.status.containerStatuses[0].${path}}`);
const isReady = (name: string) =>
  eventually(`${name} is ready`, async () => (await shown(name, 'ready')) === 'true' || undefined, PATIENCE);
const exitOf = (name: string) => kubelet.exits.find((exit) => exit.pod === `default/${name}`);

describe('Kubelet', () => {
  it('holds a pod for ready when its readiness probe says so: with a wrong path a rollout does not end', async () => {
    const deployment = (path: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'rolled' },
      spec: {
        selector: { matchLabels: { app: 'rolled' } },
        template: {
          metadata: { labels: { app: 'rolled' } },
          spec: template(0, {}, { readinessProbe: asks(path) }),
        },
      },
    });
    const rolledOut = ['rollout', 'status', 'deployment/rolled'];
    await apply(deployment('/ready'));
    await cluster.kubectl(...rolledOut, '--timeout=30s');
    await apply(deployment('/wrong'));
    const { status, stderr } = await cluster.tryKubectl([...rolledOut, '--timeout=3s']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('timed out')]);
    const running = '{.items[*].status.containerStatuses[0].state.running.startedAt}';
    expect((await cluster.kubectl('get', 'pods', '-o', `jsonpath=${running}`)).split(' ')).toHaveLength(2);
    await apply(deployment('/ready'));
    await cluster.kubectl(...rolledOut, '--timeout=30s');
  });

  it('starts a program anew whose liveness probe fails', async () => {
    await pod('broken', template(0, {}, { readinessProbe: asks('/ready'), livenessProbe: asks('/live') }));
    await isReady('broken');
    expect(await shown('broken', 'restartCount')).toBe('0');
    const address = await cluster.kubectl('get', 'pod', 'broken', '-o', 'jsonpath={.status.podIP}');
    await cluster.machine('n1').run('curl', '-sf', `http://${address}:8080/break`);
    await eventually('it fails', async () => exitOf('broken'), PATIENCE);
    expect(exitOf('broken')).toMatchObject({ why: 'ProbeFailed', ending: 0 });
    await isReady('broken');
    expect(await shown('broken', 'restartCount')).toBe('1');
  });

  it('starts a program anew that does not come up in time, and asks it nothing else before', async () => {
    await pod('late', template(0, {}, { startupProbe: asks('/wrong'), readinessProbe: asks('/ready') }));
    await eventually('it is given up', async () => exitOf('late'), PATIENCE);
    expect(exitOf('late')).toMatchObject({ why: 'ProbeFailed', ending: 0 });
    expect(await shown('late', 'ready')).toBe('false');
  });

  it.each([
    ['kills what outlives its grace period', 'short', 1, 'SIGKILL'],
    ['lets end what ends within it', 'long', 20, 0],
  ])('%s', async (_what, name, terminationGracePeriodSeconds, ending) => {
    await pod(name, template(2000, { terminationGracePeriodSeconds }, { readinessProbe: asks('/ready') }));
    await isReady(name);
    await cluster.kubectl('delete', 'pod', name);
    expect(exitOf(name)).toMatchObject({ why: 'Deleted', ending });
    expect(exitOf(name)?.tookMs).toBeGreaterThan(900);
  });
});

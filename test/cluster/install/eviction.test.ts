import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import { Cluster } from '../cluster.ts';

const PATIENCE = { timeoutMs: 40_000, intervalMs: 100 };
const PODS = `/api/v1/namespaces/${BERTH_NAMESPACE}/pods`;

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
}

/** Nobody runs the pods: their readiness is what this file says. */
let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start({ nodes: 2, kubeProxy: false, controllerManager: true });
  for (const file of ['rbac', 'controller']) {
    await cluster.apply(readFileSync(new URL(`../../../manifests/base/${file}.yaml`, import.meta.url), 'utf8'));
  }
});
afterAll(() => cluster?.dispose());

/** Those that are not on their way out, once there are so many. */
async function pods(count: number): Promise<readonly string[]> {
  return await eventually(
    `${count} pods`,
    async () => {
      const { items } = await cluster.api.call<{ items: Pod[] }>('GET', PODS);
      const living = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      return living.length === count ? living.map(({ metadata }) => metadata.name) : undefined;
    },
    PATIENCE,
  );
}

/** Puts a pod on a node and says that it does its work. */
async function makeReady(name: string, node: string): Promise<void> {
  const target = { apiVersion: 'v1', kind: 'Node', name: node };
  await cluster.api.call('POST', `${PODS}/${name}/binding`, { metadata: { name }, target });
  const conditions = ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'True' }));
  await cluster.api.call('PATCH', `${PODS}/${name}/status`, { status: { phase: 'Running', conditions } });
}

const shown = (path: string) =>
  cluster.kubectl('get', 'pdb', 'berth-controller', '-n', BERTH_NAMESPACE, '-o', `jsonpath=${path}`);

/** Waits until the budget has been counted with so many healthy pods, of the two that there are to be. */
async function counted(healthy: number): Promise<void> {
  const path = '{.status.currentHealthy} of {.status.expectedPods}, {.status.disruptionsAllowed} may go';
  const wanted = `${healthy} of 2, ${healthy - 1} may go`;
  await eventually(wanted, async () => (await shown(path)) === wanted || undefined, PATIENCE);
}

/** The status code of what `kubectl drain` asks for. */
async function evict(name: string): Promise<number> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: BERTH_NAMESPACE } };
  return (await cluster.api.try('POST', `${PODS}/${name}/eviction`, eviction)).status;
}

it('a drain takes one replica of the controller, and the other only when the first is up again', async () => {
  const [first = '', second = ''] = await pods(2);
  await makeReady(first, 'n1');
  await makeReady(second, 'n2');
  await counted(2);
  expect(await evict(first)).toBe(201);
  await cluster.api.call('DELETE', `${PODS}/${first}?gracePeriodSeconds=0`);
  const third = (await pods(2)).find((name) => name !== second) ?? '';
  await counted(1);
  expect(await evict(second)).toBe(429);
  // A replica that cannot start holds up nobody.
  expect(await evict(third)).toBe(201);
  const fourth = (await pods(2)).find((name) => name !== second) ?? '';
  expect(await evict(second)).toBe(429);
  await makeReady(fourth, 'n1');
  await counted(2);
  expect(await evict(second)).toBe(201);
});

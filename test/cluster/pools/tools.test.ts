import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ControllerCluster, eventually } from '../controller/harness.ts';
import { KubectlView, poolText, serviceText } from './kubectl-view.ts';

const RANGE = '192.0.2.50-192.0.2.59';

let lab: ControllerCluster;
let shows: KubectlView;
beforeAll(async () => {
  lab = await ControllerCluster.start();
  shows = new KubectlView(lab);
});
afterAll(() => lab?.dispose());
afterEach(async () => {
  await lab.cluster.kubectl('delete', 'service,bpool', '--all', '--timeout=15s');
  await lab.stopControllers();
});

async function given(labels = ''): Promise<void> {
  await lab.startController();
  await shows.apply(poolText('public', RANGE, '', labels), serviceText('web'));
  await shows.service('web', '192.0.2.50', 'Allocated');
}

it('kubectl replace --force waits for the holders, and then makes the pool anew', async () => {
  await given();
  const file = join(lab.cluster.folder, 'pool.yaml');
  await writeFile(file, poolText('public', '192.0.2.50-192.0.2.54'));
  const impatient = await lab.cluster.tryKubectl(['replace', '--force', '--timeout=1s', '-f', file]);
  expect(impatient.status).not.toBe(0);
  await shows.pool('public', 'False Deleting 0/0', /waits for default\/web/);
  await shows.service('web', '192.0.2.50', 'Retained');
  const patient = lab.cluster.tryKubectl(['replace', '--force', '-f', file]);
  await shows.kubectl('delete', 'service', 'web');
  expect((await patient).status).toBe(0);
  await shows.pool('public', 'True Ready 0/5', /gives out/);
});

it('a pruning apply deletes the pool and leaves the holders their addresses', async () => {
  await given('app: site');
  const prune = ['apply', '--prune', '-l', 'app=site', '--prune-allowlist=berth.dev/v1beta1/IPAddressPool', '-f', '-'];
  const other = poolText('other', '198.51.100.1-198.51.100.9', '', 'app: site');
  const { stdout, stderr } = await lab.cluster.tryKubectl(prune, other);
  expect(`${stdout}${stderr}`).toMatch(/ipaddresspool\S*public pruned/);
  await shows.pool('public', 'False Deleting 0/0', /waits for default\/web/);
  await shows.service('web', '192.0.2.50', 'Retained');
  // Pruning again, as such a tool does every few minutes, changes nothing.
  await lab.cluster.tryKubectl(prune, other);
  await shows.service('web', '192.0.2.50', 'Retained');
  // Applied again, a pool that is being deleted goes on being deleted: the holders have to go, or to be evicted.
  await lab.cluster.apply(poolText('public', RANGE, ', reclaimPolicy: Evict', 'app: site'));
  await shows.service('web', '198.51.100.1', 'Allocated');
  await shows.gone('bpool', 'public');
});

it('the kind cannot be deleted under the holders but by force, and what they hold is claimed when it is back', async () => {
  await given();
  const CRD = 'ipaddresspools.berth.dev';
  await shows.kubectl('delete', 'crd', CRD, '--wait=false');
  await shows.pool('public', 'False Deleting 0/0', /waits for default\/web/);
  const remove = '[{"op": "remove", "path": "/metadata/finalizers"}]';
  await shows.kubectl('patch', 'bpool', 'public', '--type=json', '-p', remove);
  await shows.gone('crd', CRD);
  await shows.service('web', '192.0.2.50', 'Retained');
  await shows.apply(serviceText('late'));
  await shows.service('late', '<pending>', 'NoPools');
  await lab.cluster.install();
  await shows.apply(poolText('public', RANGE));
  await shows.service('late', '192.0.2.51', 'Allocated');
  await shows.pool('public', 'True Ready 2/10', /gives out/);
  await shows.service('web', '192.0.2.50', 'Allocated');
  await eventually(async () => expect(await shows.finalizers('public')).toBe('berth.dev/addresses-held'));
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { ControllerReplica } from '../../../src/cli/controller/replica.ts';
import { ServedDaemon } from '../../../src/cli/daemon/daemon.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import { LocalApi } from '../cluster/local-api.ts';

const LEASE = CONTROLLER_LEASE;

let folder: string;
let api: LocalApi;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-replica-'));
  api = await LocalApi.start(folder);
});
afterEach(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

function replica(kubeconfig: string): ServedDaemon<ControllerReplica> {
  const settings = {
    cluster: { kubeconfig },
    namespace: 'berth-system',
    identity: 'me',
    loadBalancerClass: 'berth.dev/berth',
    reserved: [],
    defaultAdvertisement: false,
    ingressGrace: 90_000,
    http: undefined,
  };
  return new ServedDaemon(new ControllerReplica(settings, silentLogger, '1.2.3'), undefined, silentLogger);
}

it('starts while the cluster knows nothing, says that it is not ready, and stops', async () => {
  const served = replica(api.kubeconfig);
  expect(served.daemon.notReady()).toEqual(['the controller has not started yet']);
  await served.start();
  await vi.waitFor(() => expect(api.listed).toContain('ipaddresspools'));
  await vi.waitFor(() => expect(served.daemon.notReady().join()).toContain('manifests/crds'));
  expect(served.daemon.notReady()).toContain(
    'the controller does not know the objects of kind IPAddressPool yet: the cluster does not know ipaddresspools.berth.dev: install the kinds of Berth there (kubectl apply -f manifests/crds)',
  );
  expect(served.daemon.status()).toEqual({
    version: '1.2.3',
    server: api.url,
    identity: 'me',
    lease: `berth-system/${LEASE}`,
    loadBalancerClass: 'berth.dev/berth',
    http: null,
    notReady: served.daemon.notReady(),
    leading: false,
    leader: null,
    faults: [],
  });
  await served.stop();
});

it('does not start without credentials', async () => {
  await expect(replica(join(folder, 'absent')).start()).rejects.toThrow(/^no credentials for a cluster: .*absent: /);
});

const KINDS = [
  ...['services', 'nodes', 'namespaces', 'endpointslices', 'ingresses', 'ingressclasses', 'servicecidrs', 'leases'],
  ...['ipaddresspools', 'l2advertisements', 'speakerstatuses', 'secrets'],
  ...['bgppeers', 'bgpadvertisements', 'bfdprofiles', 'communities'],
];

it('does not contend for the Lease while one kind cannot be listed, and names that', async () => {
  for (const kind of KINDS) api.answers[kind] = [];
  api.answers.namespaces = 403;
  const served = replica(api.kubeconfig);
  await served.start();
  const first = 'the controller does not know the objects of kind Namespace yet: GET /api/v1/namespaces';
  await vi.waitFor(() => expect(served.daemon.notReady()).toContainEqual(expect.stringContaining(first)));
  await new Promise((resolve) => setTimeout(resolve, 50));
  // It has looked whether the Lease is free, and no more.
  const looks = () => api.gotten.filter((name) => name === LEASE).length;
  expect(looks()).toBe(1);
  api.answers.namespaces = [];
  await vi.waitFor(() => expect(looks()).toBeGreaterThan(1), 10_000);
  await served.stop();
});

it.each([
  ['servicecidrs', 'ServiceCIDR'],
  ['secrets', 'Secret'],
  ['bgppeers', 'BGPPeer'],
  ['bgpadvertisements', 'BGPAdvertisement'],
  ['bfdprofiles', 'BFDProfile'],
  ['communities', 'Community'],
])('names %s, which it may not list, until it may', async (resource, kind) => {
  for (const each of KINDS) api.answers[each] = [];
  api.answers[resource] = 403;
  const served = replica(api.kubeconfig);
  await served.start();
  const named = new RegExp(`^the controller does not know the objects of kind ${kind} yet: .*${resource}`);
  await vi.waitFor(() => expect(served.daemon.notReady()).toContainEqual(expect.stringMatching(named)), 5_000);
  api.answers[resource] = [];
  await vi.waitFor(() => expect(served.daemon.notReady().filter((line) => named.test(line))).toEqual([]), 10_000);
  await served.stop();
});

it('contends for the Lease without what only BGP needs', async () => {
  for (const kind of KINDS) api.answers[kind] = [];
  api.answers.bgppeers = 403;
  const served = replica(api.kubeconfig);
  await served.start();
  await vi.waitFor(() => expect(api.gotten.filter((name) => name === LEASE).length).toBeGreaterThan(1), 10_000);
  expect(served.daemon.notReady()).toEqual([expect.stringContaining('BGPPeer')]);
  await served.stop();
});

it('is not ready while it may not look at its Lease, and names the right and who grants it', async () => {
  for (const kind of KINDS) api.answers[kind] = [];
  api.notGotten.add('leases');
  const served = replica(api.kubeconfig);
  await served.start();
  await vi.waitFor(() =>
    expect(served.daemon.notReady()).toEqual([
      expect.stringMatching(
        /^the Lease berth-system\/berth-controller cannot be .*; give it the right .*manifests\/rbac\.yaml/,
      ),
    ]),
  );
  await served.stop();
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ControllerReplica } from '../../../src/cli/controller/replica.ts';
import { ServedDaemon } from '../../../src/cli/daemon/daemon.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import { LocalApi } from '../cluster/local-api.ts';

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
  expect(served.daemon.notReady()).toEqual(['the controller does not know all objects of the cluster yet']);
  expect(served.daemon.status()).toEqual({
    version: '1.2.3',
    server: api.url,
    identity: 'me',
    lease: 'berth-system/berth-controller',
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

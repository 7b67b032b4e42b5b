import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BERTH_NAMESPACE, CONTROLLER, CONTROLLER_LEASE } from '../../../src/api/access.ts';
import { eventually } from '../../lab/eventually.ts';
import { Installation, type RunningDaemon } from './installation.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.99]}
`;
/** Other rings may run on the same cores; an API server believes a token it has seen for 10 s more. */
const PATIENCE = { timeoutMs: 40_000, intervalMs: 250 };

let berth: Installation;
let controller: RunningDaemon;
let folder: string;
let tokens: string[];
beforeAll(async () => {
  berth = await Installation.start({ nodes: 1, kubeProxy: false });
  await berth.cluster.apply(POOL);
  folder = join(berth.cluster.folder, 'mounted');
  tokens = [];
  await mkdir(folder);
  await writeFile(join(folder, 'ca.crt'), berth.cluster.controlPlane.authority.root.certificate);
  await symlink('..data/token', join(folder, 'token'));
  await renewToken();
  controller = await berth.startControllerInPod('n1', 'controller-in-pod', folder);
  await berth.ready(controller);
});
afterAll(() => berth?.dispose());

/** Puts a new token in place of the last one, as the kubelet does. It is valid for as long as a Secret of its own is there. */
async function renewToken(): Promise<void> {
  const generation = `..${tokens.length}`;
  const name = `token${tokens.length}`;
  const { api } = berth.cluster;
  const secret = { metadata: { name } };
  const { metadata } = await api.call<{ metadata: { uid: string } }>('POST', SECRETS, secret);
  const boundObjectRef = { kind: 'Secret', apiVersion: 'v1', name, uid: metadata.uid };
  const path = `/api/v1/namespaces/${BERTH_NAMESPACE}/serviceaccounts/${CONTROLLER.name}/token`;
  const spec = { expirationSeconds: 3600, boundObjectRef };
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const { status } = await api.call<{ status: { token: string } }>('POST', path, body);
  tokens.push(status.token);
  await mkdir(join(folder, generation));
  await writeFile(join(folder, generation, 'token'), status.token);
  await symlink(generation, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

const SECRETS = `/api/v1/namespaces/${BERTH_NAMESPACE}/secrets`;

/** What the API server answers to whoever shows this token. */
function statusFor(token: string): Promise<number> {
  const { url, authority } = berth.cluster.controlPlane;
  const options = { ca: authority.root.certificate, headers: { authorization: `Bearer ${token}` }, agent: false };
  return new Promise((resolve, reject) => {
    request(new URL('/api/v1/services', url), options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

async function serve(name: string): Promise<void> {
  await berth.cluster.kubectl('create', 'service', 'loadbalancer', name, '--tcp=80');
  expect(await berth.addressOf(name)).toMatch(/^192\.0\.2\./);
}

async function lease(): Promise<{ readonly renewTime: string; readonly leaseTransitions: number }> {
  const text = await berth.cluster.kubectl('get', 'lease', CONTROLLER_LEASE, '-n', BERTH_NAMESPACE, '-o', 'json');
  return JSON.parse(text).spec;
}

it('serves a cluster that it knows of only what a pod is told', async () => {
  await serve('first');
  const status = await controller.ask('/status');
  expect(JSON.parse(status.slice(0, status.lastIndexOf('\n')))).toMatchObject({
    server: berth.cluster.controlPlane.url.replace(/\/?$/, '/'),
    leading: true,
  });
});

it('goes on when its token is replaced and the former one is valid no more', async () => {
  const before = await lease();
  await renewToken();
  await berth.cluster.api.call('DELETE', `${SECRETS}/token0`);
  const [former = '', next = ''] = tokens;
  await eventually('the former token is refused', async () => (await statusFor(former)) === 401 || undefined, PATIENCE);
  expect(await statusFor(next)).toBe(200);
  const refusedAt = Date.now();
  await serve('second');
  const after = await eventually(
    'the Lease is renewed',
    async () => {
      const now = await lease();
      return Date.parse(now.renewTime) > refusedAt + 5_000 ? now : undefined;
    },
    PATIENCE,
  );
  expect(after.leaseTransitions).toBe(before.leaseTransitions);
  await controller.process.assertRunning();
  // Each watch begins anew now, which shows the token that is in place then.
  await berth.cluster.controlPlane.apiServer.stop('SIGKILL');
  berth.cluster.controlPlane.apiServer.start();
  await berth.cluster.controlPlane.ready();
  await serve('third');
});

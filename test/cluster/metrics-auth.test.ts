import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { BERTH_NAMESPACE, CONTROLLER, DAEMONS, METRICS_AUTH_ACCESS, METRICS_READER } from '../../src/api/access.ts';
import { buildBerth } from '../lab/cli/bundle.ts';
import { eventually } from '../lab/eventually.ts';
import { Cluster } from './cluster.ts';
import { Daemon } from './daemon.ts';
import { writeComposition } from './install/composition.ts';

const RIGHTS = fileURLToPath(new URL('../../manifests/components/metrics-auth/rbac.yaml', import.meta.url));
const TLS_FOLDER = '/etc/berth-metrics-tls';
const PATIENCE = { timeoutMs: 30_000 };

let cluster: Cluster;
let berth: string;
let controller: Daemon;
let authority: string;
const tokens: Record<string, string> = {};

/** The arguments of the controller's pods with the component, but for where its certificate is. */
async function manifestArguments(certificates: string): Promise<readonly string[]> {
  await writeComposition(cluster.folder, 'l2-bgp', ['metrics-auth']);
  const objects = parseAllDocuments(await cluster.kubectl('kustomize', cluster.folder)).map((each) => each.toJS());
  const args: string[] = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0].args;
  expect(args).toContain('--metrics-auth');
  return args.map((arg) => arg.replace(TLS_FOLDER, certificates));
}

beforeAll(async () => {
  berth = await buildBerth();
  cluster = await Cluster.start({ nodes: 0, controllerManager: true });
  await cluster.install();
  const { certificateFile, keyFile } = await cluster.controlPlane.authority.server('metrics', ['DNS:berth-metrics']);
  authority = cluster.controlPlane.authority.root.certificateFile;
  const certificates = join(cluster.folder, 'tls');
  await mkdir(certificates);
  await copyFile(certificateFile, join(certificates, 'tls.crt'));
  await copyFile(keyFile, join(certificates, 'tls.key'));
  for (const name of ['prometheus', 'anybody']) {
    await cluster.kubectl('create', 'serviceaccount', name);
    const account = await cluster.serviceAccount('default', name);
    tokens[name] = account.tokenFile;
  }
  await cluster.kubectl(
    ...['create', 'clusterrolebinding', 'prometheus', '--clusterrole=berth-metrics-reader'],
    '--serviceaccount=default:prometheus',
  );
  const { kubeconfig } = await cluster.serviceAccount(BERTH_NAMESPACE, CONTROLLER.name);
  controller = new Daemon({
    name: 'controller',
    command: ['node', berth, ...(await manifestArguments(certificates)), '--kubeconfig', kubeconfig],
    logFile: join(cluster.folder, 'controller.log'),
    env: { ...process.env, KUBECONFIG: '' },
  });
  controller.start();
  await eventually(
    'ready',
    async () => {
      await controller.assertRunning();
      return (await ask('/readyz')) === 200 || undefined;
    },
    PATIENCE,
  );
});
afterAll(async () => {
  await controller?.stop('SIGKILL');
  await cluster?.dispose();
});

/** The status of the answer, over TLS by the name that PodMonitors have for the server. */
async function ask(path: string, account?: string): Promise<number> {
  const script = `curl -sS --max-time 8 --cacert ${authority} --resolve berth-metrics:7480:127.0.0.1 -o /dev/null -w '%{http_code}' \${1:+-H "Authorization: Bearer $(cat $1)"} https://berth-metrics:7480${path}`;
  const shell = ['sh', '-c', script, 'sh', account === undefined ? '' : (tokens[account] ?? '')] as const;
  const logFile = join(cluster.folder, `ask-${performance.now()}.log`);
  const run = new Daemon({ name: 'curl', command: [...shell], logFile, env: process.env });
  run.start();
  await eventually('an answer', async () => (run.running ? undefined : true), PATIENCE);
  return Number((await run.log()).trim().split('\n').at(-1));
}

describe('a controller whose metrics require a token', () => {
  it('shows none while it may not ask the API server', async () => {
    expect(await ask('/metrics', 'prometheus')).toBe(503);
    expect(await controller.log()).toContain('cannot find out who may read metrics');
    await cluster.kubectl('apply', '-f', RIGHTS);
    await eventually('the right', async () => (await ask('/metrics', 'prometheus')) === 200 || undefined, PATIENCE);
  });

  it.each([
    ['/metrics', undefined, 401],
    ['/metrics', 'anybody', 403],
    ['/metrics', 'prometheus', 200],
    ['/status', undefined, 401],
    ['/status', 'anybody', 403],
    ['/status', 'prometheus', 200],
    ['/healthz', undefined, 200],
    ['/readyz', undefined, 200],
  ])('answers %s of %s with %i', async (path, account, status) => {
    expect(await ask(path, account)).toBe(status);
  });

  it('answers the account that the manifests make for it, by the token that its Secret gets', async () => {
    const args = ['get', 'secret', METRICS_READER, '-n', BERTH_NAMESPACE, '-o', 'jsonpath={.data.token}'];
    const token = await eventually('a token', async () => (await cluster.kubectl(...args)) || undefined, PATIENCE);
    tokens.reader = join(cluster.folder, 'reader');
    await writeFile(tokens.reader, Buffer.from(token, 'base64'));
    expect([await ask('/metrics', 'reader'), await ask('/status', 'reader')]).toEqual([200, 200]);
    const mayRead = `--as=system:serviceaccount:${BERTH_NAMESPACE}:${METRICS_READER}`;
    expect((await cluster.tryKubectl(['auth', 'can-i', 'list', 'services', mayRead])).stdout.trim()).toBe('no');
  });

  it.each(
    DAEMONS.flatMap(({ name }) => METRICS_AUTH_ACCESS.map(({ resource, group }) => [name, `${resource}.${group}`])),
  )('lets %s create %s', async (name, resource) => {
    const as = `--as=system:serviceaccount:${BERTH_NAMESPACE}:${name}`;
    expect((await cluster.tryKubectl(['auth', 'can-i', 'create', resource ?? '', as])).stdout.trim()).toBe('yes');
  });

  it('refuses a token that the API server does not know', async () => {
    tokens.forged = join(cluster.folder, 'forged');
    await writeFile(tokens.forged, 'not.a.token');
    expect(await ask('/metrics', 'forged')).toBe(401);
  });

  it('is closed while the API server is down, and open again after it', async () => {
    await cluster.controlPlane.apiServer.stop('SIGKILL');
    await eventually(
      'nothing is known any more',
      async () => ((await ask('/metrics', 'prometheus')) === 503 ? true : undefined),
      PATIENCE,
    );
    expect(await ask('/metrics')).toBe(401);
    expect(await ask('/healthz')).toBe(200);
    cluster.controlPlane.apiServer.start();
    await cluster.controlPlane.ready();
    await eventually('open', async () => (await ask('/metrics', 'prometheus')) === 200 || undefined, PATIENCE);
  });
});

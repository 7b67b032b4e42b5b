import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BERTH_NAMESPACE, CONTROLLER } from '../../src/api/access.ts';
import { buildBerth } from '../lab/cli/bundle.ts';
import { eventually } from '../lab/eventually.ts';
import { Cluster } from './cluster.ts';
import { Daemon } from './daemon.ts';

const RIGHTS = fileURLToPath(new URL('../../manifests/metrics-auth.yaml', import.meta.url));
const PATIENCE = { timeoutMs: 30_000 };

let cluster: Cluster;
let berth: string;
let controller: Daemon;
let authority: string;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  berth = await buildBerth();
  cluster = await Cluster.start({ nodes: 0 });
  await cluster.install();
  const { certificateFile, keyFile } = await cluster.controlPlane.authority.server('metrics', ['IP:127.0.0.1']);
  authority = cluster.controlPlane.authority.root.certificateFile;
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(cluster.folder, name));
  await copyFile(certificateFile, cert ?? '');
  await copyFile(keyFile, key ?? '');
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
    command: [
      ...(['node', berth, 'controller', '--kubeconfig', kubeconfig, '--metrics-auth'] as const),
      ...['--http-tls-cert-file', cert ?? '', '--http-tls-key-file', key ?? ''],
    ],
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

/** The status of the answer, over TLS. */
async function ask(path: string, account?: string): Promise<number> {
  const script = `curl -sS --max-time 8 --cacert ${authority} -o /dev/null -w '%{http_code}' \${1:+-H "Authorization: Bearer $(cat $1)"} https://127.0.0.1:7480${path}`;
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

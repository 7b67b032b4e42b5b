import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BERTH_NAMESPACE, CONTROLLER } from '../../src/api/access.ts';
import type { ApiClient } from '../../test/cluster/api-client.ts';
import { Cluster } from '../../test/cluster/cluster.ts';
import { Daemon } from '../../test/cluster/daemon.ts';
import type { ServiceAccount } from '../../test/cluster/service-account.ts';
import { AddressWatch } from './address-watch.ts';
import { NAMESPACE } from './services.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: bench}
spec: {addresses: [10.61.0.0/16]}
`;

/** An API server with the kinds of Berth and one pool, and the programs that are compared on it. */
export class Lab {
  private constructor(
    readonly cluster: Cluster,
    readonly watch: AddressWatch,
    readonly controller: Daemon,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(): Promise<Lab> {
    const cluster = await Cluster.start({ nodes: 0, kubeProxy: false });
    await cluster.install();
    await cluster.api.call('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    await cluster.apply(POOL);
    await mountAsPod(await cluster.serviceAccount(BERTH_NAMESPACE, CONTROLLER.name));
    const { url, authority } = cluster.controlPlane;
    const user = await authority.client('bench', ['system:masters']);
    const tls = { ca: authority.root.certificate, cert: user.certificate, key: user.key };
    const watch = new AddressWatch({ url, ...tls }, NAMESPACE);
    const { hostname, port } = new URL(url);
    const env = { ...process.env, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    await bundle(['controller', 'bare-loop'], cluster.folder);
    return new Lab(cluster, watch, daemon('controller', cluster.folder, env), env);
  }

  get api(): ApiClient {
    return this.cluster.api;
  }

  /** @param template see `statusTemplate` */
  bareLoop(template: string): Daemon {
    return daemon('bare-loop', this.cluster.folder, this.env, template);
  }

  async dispose(): Promise<void> {
    this.watch.close();
    await this.controller.stop('SIGKILL');
    await this.cluster.dispose();
  }
}

function daemon(name: string, folder: string, env: NodeJS.ProcessEnv, ...args: readonly string[]): Daemon {
  const command = [process.execPath, join(folder, `${name}.mjs`), ...args] as const;
  return new Daemon({ name, command: [...command], logFile: join(folder, `${name}.log`), env, cwd: folder });
}

/** As what runs in a pod is, so that starting costs what it costs there. */
async function bundle(names: readonly string[], folder: string): Promise<void> {
  const require =
    "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";
  await build({
    entryPoints: names.map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: require },
    logLevel: 'warning',
  });
}

/** Puts credentials where a pod finds them. In the lab /run is a folder of its own. */
async function mountAsPod(account: ServiceAccount): Promise<void> {
  if ((await realpath('/var/run')) !== '/run')
    throw new Error('bench: /var/run is no link to /run, which the lab has for itself');
  const folder = '/run/secrets/kubernetes.io';
  await mkdir(folder, { recursive: true });
  await symlink(account.folder, join(folder, 'serviceaccount'));
}

import { mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BERTH_NAMESPACE, CONTROLLER, SPEAKER } from '../../src/api/access.ts';
import { bundleInto } from '../../test/bundle.ts';
import { ApiClient } from '../../test/cluster/api-client.ts';
import { Cluster } from '../../test/cluster/cluster.ts';
import { Daemon } from '../../test/cluster/daemon.ts';
import type { ServiceAccount } from '../../test/cluster/service-account.ts';
import { buildBerth } from '../../test/lab/cli/bundle.ts';
import { ip } from '../../test/lab/network.ts';
import { AddressWatch } from './address-watch.ts';
import { NAMESPACE } from './services.ts';

const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: bench}
spec: {addresses: [10.61.0.0/16]}
`;
const BARE_LOOP = fileURLToPath(new URL('bare-loop.ts', import.meta.url));
const NETWORK = '10.61.255.254/16';
const ADVERTISEMENT = 'apiVersion: berth.dev/v1beta1\nkind: L2Advertisement\nmetadata: {name: default}\n';

/** An API server with the kinds of Berth and one pool, and the programs that are compared on it. */
export class Lab {
  private constructor(
    readonly cluster: Cluster,
    readonly watch: AddressWatch,
    /** The program as it is shipped. */
    readonly berth: string,
    readonly bareLoopFile: string,
    readonly controller: Daemon,
    readonly env: NodeJS.ProcessEnv,
    /** As an administrator too, over connections that nobody else fills: for signs of life, which must not wait. */
    readonly kubelets: ApiClient,
  ) {}

  static async start({ audit = false } = {}): Promise<Lab> {
    const [cluster, berth] = await Promise.all([Cluster.start({ nodes: 0, kubeProxy: false, audit }), buildBerth()]);
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
    const bareLoop = await bundleInto(cluster.folder, BARE_LOOP);
    return new Lab(
      cluster,
      watch,
      berth,
      bareLoop,
      daemon('controller', cluster.folder, env, berth, 'controller'),
      env,
      new ApiClient(url, authority.root.certificate, user),
    );
  }

  get api(): ApiClient {
    return this.cluster.api;
  }

  /** @param template see `statusTemplate` */
  bareLoop(template: string): Daemon {
    return daemon('bare-loop', this.cluster.folder, this.env, this.bareLoopFile, template);
  }

  /** A second replica of the controller, which waits for the first one to leave. */
  standby(port: number): Daemon {
    const args = ['controller', '--http-address', `127.0.0.1:${port}`];
    return daemon('standby', this.cluster.folder, this.env, this.berth, ...args);
  }

  /** The speaker of a node, which is the machine that all share. It is put on the network of the pool. */
  async speaker(node: string): Promise<Daemon> {
    await ip('address', 'add', NETWORK, 'dev', this.cluster.network.segment.name);
    await this.cluster.apply(ADVERTISEMENT);
    const { folder } = await this.cluster.serviceAccount(BERTH_NAMESPACE, SPEAKER.name);
    const { spec } = daemon('speaker', this.cluster.folder, this.env, this.berth, 'speaker', '--node', node);
    return new Daemon({ ...spec, command: [...inPodOf(folder), ...spec.command] });
  }

  async dispose(): Promise<void> {
    this.watch.close();
    this.kubelets.close();
    await this.controller.stop('SIGKILL');
    await this.cluster.dispose();
  }
}

function daemon(name: string, folder: string, env: NodeJS.ProcessEnv, ...program: readonly string[]): Daemon {
  const command = [
    process.execPath,
    ...(process.env.PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROF}/${name}`] : []),
    ...program,
  ] as const;
  return new Daemon({ name, command: [...command], logFile: join(folder, `${name}.log`), env, cwd: folder });
}

/** Where a pod finds the credentials of its ServiceAccount. */
const SERVICE_ACCOUNT = '/run/secrets/kubernetes.io/serviceaccount';

/** Starts a program for which other credentials are there than for the rest. @param folder of its ServiceAccount */
function inPodOf(folder: string): readonly [string, ...string[]] {
  return ['unshare', '--mount', 'sh', '-c', `mount --bind "$0" ${SERVICE_ACCOUNT} && exec "$@"`, folder];
}

/** Puts credentials where a pod finds them. In the lab /run is a folder of its own. */
async function mountAsPod(account: ServiceAccount): Promise<void> {
  if ((await realpath('/var/run')) !== '/run')
    throw new Error('bench: /var/run is no link to /run, which the lab has for itself');
  await mkdir(dirname(SERVICE_ACCOUNT), { recursive: true });
  await symlink(account.folder, SERVICE_ACCOUNT);
}

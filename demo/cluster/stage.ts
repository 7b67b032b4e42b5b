import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BERTH_NAMESPACE, CONTROLLER, SPEAKER } from '../../src/api/access.ts';
import { Cluster } from '../../test/cluster/cluster.ts';
import { Daemon } from '../../test/cluster/daemon.ts';
import { Kubelet } from '../../test/cluster/kubelet.ts';
import type { Machine } from '../../test/cluster/machine.ts';
import { PodMachine } from '../../test/cluster/network.ts';
import type { ClusterNode } from '../../test/cluster/node.ts';
import { programsOf } from './programs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** For how long an Ingress is left to a controller that may write its ADDRESS. Real clusters keep the default of 90 s. */
const INGRESS_GRACE = '1s';

/**
 * A cluster of three nodes with Berth's daemons on it. All of it is in namespaces and on a tmpfs that end with this
 * process, so nothing has to be put away.
 */
export class ClusterStage {
  readonly #daemons: Daemon[] = [];

  private constructor(
    readonly cluster: Cluster,
    readonly kubelet: Kubelet,
    /** With `kubectl`, `berth` and `kubectl-berth` on its `PATH`. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Starts the cluster, which knows nothing of Berth yet. */
  static async set(): Promise<ClusterStage> {
    const cluster = await Cluster.start({ controllerManager: true });
    const bin = join(cluster.folder, 'bin');
    await mkdir(bin);
    for (const name of ['berth', 'kubectl-berth']) await symlink(`${ROOT}dist/berth.js`, join(bin, name));
    const env = { ...cluster.env, PATH: `${bin}:${cluster.env.PATH}` };
    return new ClusterStage(cluster, Kubelet.start(cluster, programsOf(cluster)), env);
  }

  /** Starts a replica of the controller on a node, in a network of its own as a pod has it, and gives its command. */
  async startController(node: ClusterNode): Promise<string> {
    const { machine } = await PodMachine.create(node.on, node.nextPodIndex());
    return await this.#start(CONTROLLER.name, node, machine, ['controller', '--ingress-grace', INGRESS_GRACE]);
  }

  /** Starts the speaker of a node, and gives its command. */
  async startSpeaker(node: ClusterNode): Promise<string> {
    return await this.#start(SPEAKER.name, node, node.machine, ['speaker', '--node', node.name]);
  }

  async #start(account: string, node: ClusterNode, machine: Machine, args: readonly string[]): Promise<string> {
    const { folder } = await this.cluster.serviceAccount(BERTH_NAMESPACE, account);
    const name = `${account} on ${node.name}`;
    const logFile = join(this.cluster.folder, `${name}.log`);
    const command = ['berth', ...args, '--kubeconfig', 'kubeconfig'] as const;
    // What it may do is what its own token lets it do: the administrator's credentials are out of its sight.
    const env = { ...this.env, KUBECONFIG: '' };
    const daemon = new Daemon({ name, command, logFile, env, machine, cwd: folder });
    daemon.start();
    this.#daemons.push(daemon);
    return command.join(' ');
  }

  /** Runs kubectl as an administrator in the folder of this project, and gives what it prints. Rejects where it fails. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('kubectl', args, { env: this.env, cwd: ROOT });
    return stdout;
  }

  /** The addresses of a Service according to its status; none while it is pending. */
  async addressesOf(namespace: string, name: string): Promise<readonly string[]> {
    const template = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
    const text = await this.kubectl('get', 'service', '-n', namespace, name, '-o', template);
    return text.split(' ').filter(Boolean);
  }

  /** Throws with its log where a daemon of Berth has ended. */
  async assertRunning(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.assertRunning();
  }

  /** What the daemons of Berth wrote last, for a demo that fails. */
  async logs(): Promise<string> {
    const logs = await Promise.all(
      this.#daemons.map(async (daemon) => `${daemon.spec.name}\n${await daemon.logTail()}`),
    );
    const { fault } = this.kubelet;
    return [...logs, ...(fault === undefined ? [] : [`pods: ${fault}`])].join('\n\n');
  }
}

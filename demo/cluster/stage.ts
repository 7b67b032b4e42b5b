import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BERTH_NAMESPACE, CONTROLLER, SPEAKER } from '../../src/api/access.ts';
import { Cluster } from '../../test/cluster/cluster.ts';
import { Daemon } from '../../test/cluster/daemon.ts';
import { Kubelet } from '../../test/cluster/kubelet.ts';
import type { Machine } from '../../test/cluster/machine.ts';
import { PodMachine } from '../../test/cluster/network.ts';
import type { ClusterNode } from '../../test/cluster/node.ts';
import { programsOf } from './programs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What an install brings beside kinds and rights: every pool is announced by every node. */
const ADVERTISEMENT = `
apiVersion: berth.dev/v1beta1
kind: L2Advertisement
metadata:
  name: default
`;

/**
 * A cluster of three nodes with Berth's daemons on it. All of it is in namespaces and on a tmpfs that end with this
 * process, so nothing has to be put away.
 */
export class ClusterStage {
  readonly #daemons: Daemon[] = [];

  private constructor(
    readonly cluster: Cluster,
    readonly kubelet: Kubelet,
    /** With `kubectl` and `berth` on its `PATH`. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Starts the cluster and applies what an install of Berth brings, but none of its daemons. */
  static async set(): Promise<ClusterStage> {
    const cluster = await Cluster.start({ controllerManager: true });
    const bin = join(cluster.folder, 'bin');
    await mkdir(bin);
    await symlink(`${ROOT}dist/berth.js`, join(bin, 'berth'));
    await cluster.install();
    await cluster.apply(ADVERTISEMENT);
    const env = { ...cluster.env, PATH: `${bin}:${cluster.env.PATH}` };
    return new ClusterStage(cluster, Kubelet.start(cluster, programsOf(cluster)), env);
  }

  /** Starts a replica of the controller on a node, in a network of its own as a pod has it, and gives its command. */
  async startController(node: ClusterNode): Promise<string> {
    const { machine } = await PodMachine.create(node.on, node.nextPodIndex());
    // Real clusters keep the default of 90 s, which gives slow ingress controllers their time.
    return await this.#start(CONTROLLER.name, node, machine, ['controller', '--ingress-grace', '1s']);
  }

  /** Starts the speaker of a node, and gives its command. */
  async startSpeaker(node: ClusterNode): Promise<string> {
    return await this.#start(SPEAKER.name, node, node.machine, ['speaker', '--node', node.name]);
  }

  async #start(account: string, node: ClusterNode, machine: Machine, args: readonly string[]): Promise<string> {
    const { kubeconfig } = await this.cluster.serviceAccount(BERTH_NAMESPACE, account);
    const name = `${account} on ${node.name}`;
    const logFile = join(this.cluster.folder, `${name}.log`);
    const command = ['berth', ...args, '--kubeconfig', kubeconfig] as const;
    // What it may do is what its own token lets it do: the administrator's credentials are out of its sight.
    const daemon = new Daemon({ name, command, logFile, env: { ...this.env, KUBECONFIG: '' }, machine });
    daemon.start();
    this.#daemons.push(daemon);
    return command.join(' ');
  }

  /** Applies a file of `manifests/samples/`. */
  async applySample(file: string): Promise<string> {
    return await this.cluster.kubectl('apply', '-f', `${ROOT}manifests/samples/${file}`);
  }

  /** The addresses of a Service according to its status; none while it is pending. */
  async addressesOf(namespace: string, name: string): Promise<readonly string[]> {
    const template = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
    const text = await this.cluster.kubectl('get', 'service', '-n', namespace, name, '-o', template);
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

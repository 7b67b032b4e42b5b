import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BERTH_NAMESPACE, CONTROLLER, SPEAKER } from '../../../src/api/access.ts';
import { buildBerth } from '../../lab/cli/bundle.ts';
import { eventually } from '../../lab/eventually.ts';
import type { CommandResult } from '../../lab/network.ts';
import { Cluster, type ClusterSpec } from '../cluster.ts';
import { Daemon } from '../daemon.ts';
import type { Machine } from '../machine.ts';
import { PodMachine } from '../network.ts';
import type { ServiceAccount } from '../service-account.ts';

/** Where the daemons tell how they are. */
const PORTS = { controller: 7480, speaker: 7481 } as const;

/** Other rings may run on the same cores. */
const PATIENCE = { timeoutMs: 30_000 };

/** What an install brings beside kinds and rights. */
const ADVERTISEMENT = 'apiVersion: berth.dev/v1beta1\nkind: L2Advertisement\nmetadata: {name: default}\n';

/** One of our daemons, with the rights of its ServiceAccount and no others. */
export interface RunningDaemon {
  readonly process: Daemon;
  readonly machine: Machine;
  /** Asks it over HTTP on its own machine. The last line is the status code. */
  ask(path: string): Promise<string>;
}

/** A cluster in which Berth is installed, as people install it, and the program as they run it. */
export class Installation {
  readonly #daemons: RunningDaemon[] = [];

  private constructor(
    readonly cluster: Cluster,
    /** With `kubectl`, `berth` and `kubectl-berth` on its `PATH`. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param isInstalled false for a cluster that knows nothing of Berth */
  static async start(spec: ClusterSpec, isInstalled = true): Promise<Installation> {
    const [berth, cluster] = [await buildBerth(), await Cluster.start(spec)];
    const bin = join(cluster.folder, 'bin');
    await mkdir(bin);
    for (const name of ['berth', 'kubectl-berth']) await symlink(berth, join(bin, name));
    if (isInstalled) {
      await cluster.install();
      await cluster.apply(ADVERTISEMENT);
    }
    return new Installation(cluster, { ...cluster.env, PATH: `${bin}:${cluster.env.PATH}` });
  }

  /** Starts a replica of the controller in a pod's network on a node. */
  async startController(node: string, name: string, ...args: readonly string[]): Promise<RunningDaemon> {
    const on = this.cluster.node(node);
    const { machine } = await PodMachine.create(on.on, on.nextPodIndex());
    const account = await this.cluster.serviceAccount(BERTH_NAMESPACE, CONTROLLER.name);
    return this.#start(account, name, machine, ['controller', ...args], PORTS.controller);
  }

  /** Starts a replica that finds the API server as a pod does: by its environment, and a folder mounted into it alone. */
  async startControllerInPod(node: string, name: string, serviceAccount: string): Promise<RunningDaemon> {
    const on = this.cluster.node(node);
    const { machine } = await PodMachine.create(on.on, on.nextPodIndex());
    const mounted = '/run/secrets/kubernetes.io/serviceaccount';
    const script = `mkdir -p ${mounted} && mount --bind "$1" ${mounted} && shift && exec "$@"`;
    const command = ['unshare', '--mount', 'sh', '-c', script, 'sh', serviceAccount, 'berth', 'controller'] as const;
    const { hostname, port } = new URL(this.cluster.controlPlane.url);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    return this.#run(name, machine, command, PORTS.controller, env);
  }

  /** Starts the speaker of a node, with a token that is bound to that, as the token of a pod is. */
  async startSpeaker(node: string): Promise<RunningDaemon> {
    const { machine } = this.cluster.node(node);
    const account = await this.cluster.serviceAccount(BERTH_NAMESPACE, SPEAKER.name, { kind: 'Node', name: node });
    return this.#start(account, `speaker-${node}`, machine, ['speaker'], PORTS.speaker, { NODE_NAME: node });
  }

  /** Waits until a daemon says that it is ready. */
  async ready(daemon: RunningDaemon): Promise<void> {
    await eventually(
      `${daemon.process.spec.name} is ready`,
      async () => {
        await daemon.process.assertRunning();
        return (await daemon.ask('/readyz')).endsWith('\n200') || undefined;
      },
      PATIENCE,
    );
  }

  /** Runs a program as an administrator to its end. */
  async run(command: string, ...args: readonly string[]): Promise<CommandResult> {
    return await this.runWith({}, command, ...args);
  }

  /** The same with other variables in its environment. */
  async runWith(env: NodeJS.ProcessEnv, command: string, ...args: readonly string[]): Promise<CommandResult> {
    return await runToEnd(command, args, { ...this.env, ...env });
  }

  /** What a program prints. Rejects where it fails. */
  async output(command: string, ...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(command, ...args);
    if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: status ${status}: ${stderr}`);
    return stdout;
  }

  /** The address of a Service according to its status, once it has one. */
  async addressOf(name: string): Promise<string> {
    const template = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
    return await eventually(
      `an address for ${name}`,
      async () => {
        return (await this.cluster.kubectl('get', 'service', name, '-o', template)) || undefined;
      },
      PATIENCE,
    );
  }

  async dispose(): Promise<void> {
    for (const { process } of this.#daemons) await process.stop('SIGKILL');
    await this.cluster.dispose();
  }

  #start(
    { kubeconfig }: ServiceAccount,
    name: string,
    machine: Machine,
    args: readonly string[],
    port: number,
    env: NodeJS.ProcessEnv = {},
  ): RunningDaemon {
    return this.#run(name, machine, ['berth', ...args, '--kubeconfig', kubeconfig], port, env);
  }

  #run(
    name: string,
    machine: Machine,
    command: readonly [string, ...string[]],
    port: number,
    env: NodeJS.ProcessEnv,
  ): RunningDaemon {
    const logFile = join(this.cluster.folder, `${name}.log`);
    const process = new Daemon({
      name,
      command,
      logFile,
      // The administrator's credentials are out of its sight.
      env: { ...this.env, ...env, KUBECONFIG: '', HOME: this.cluster.folder },
      machine,
    });
    process.start();
    const url = `http://127.0.0.1:${port}`;
    const ask = (path: string) =>
      machine.run('curl', '-sS', '--max-time', '2', '-w', '\n%{http_code}', `${url}${path}`);
    const daemon = { process, machine, ask };
    this.#daemons.push(daemon);
    return daemon;
  }
}

async function runToEnd(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? -1, stdout, stderr };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../lab/eventually.ts';
import { Daemon } from './daemon.ts';
import type { Machine } from './machine.ts';
import { type AddressPair, PodMachine } from './network.ts';
import type { ClusterNode } from './node.ts';

/** A port that a pod serves. */
export interface PodPort {
  readonly name?: string | undefined;
  readonly containerPort: number;
  readonly protocol?: 'TCP' | 'UDP' | undefined;
}

/** What runs where, as far as a kubelet decides it. */
export interface PodSpec {
  readonly namespace: string;
  readonly name: string;
  readonly node: ClusterNode;
  /** Whether it shares the network of its node. */
  readonly hostNetwork: boolean;
  /** The names of its containers; one program stands for all. */
  readonly containers: readonly string[];
  readonly ports: readonly PodPort[];
  readonly command: readonly [string, ...string[]];
  /** Where its output is kept. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How the program of a pod is. */
export interface PodCondition {
  readonly isReady: boolean;
  /** How often it was started again. */
  readonly restarts: number;
}

/** One program in the network namespace of a pod, and the status of the Pod object that it stands for. */
export class Pod {
  readonly #created = new Date().toISOString();

  private constructor(
    readonly spec: PodSpec,
    readonly machine: Machine,
    readonly addresses: AddressPair,
    readonly program: Daemon,
    readonly network: PodMachine | undefined,
  ) {}

  /** Starts the program, waits until it listens on all its ports, and says so in the status of the Pod object. */
  static async run(spec: PodSpec): Promise<Pod> {
    const pod = await Pod.start(spec);
    try {
      await pod.serves();
      await pod.report({ isReady: true, restarts: 0 });
    } catch (error) {
      await pod.dispose();
      throw error;
    }
    return pod;
  }

  /** Starts the program, and leaves it to others to say how that goes. */
  static async start(spec: PodSpec): Promise<Pod> {
    const { namespace, name, node, hostNetwork, command, folder, env } = spec;
    const network = hostNetwork ? undefined : await PodMachine.create(node.on, node.nextPodIndex());
    const machine = network?.machine ?? node.machine;
    const addresses = network?.addresses ?? node.on.addresses;
    const logFile = join(folder, `pod-${namespace}-${name}.log`);
    const program = new Daemon({ name: `pod ${namespace}/${name}`, command, logFile, env, machine });
    program.start();
    return new Pod(spec, machine, addresses, program, network);
  }

  get node(): ClusterNode {
    return this.spec.node;
  }

  /** Waits until the program listens on all its ports. Rejects where it ends instead. */
  async serves(): Promise<void> {
    await eventually(`${this.program.spec.name} serves`, async () => {
      await this.program.assertRunning();
      const open = await openPorts(this.program.pid);
      const serves = ({ protocol = 'TCP', containerPort }: PodPort): boolean =>
        open.has(`${protocol} ${containerPort}`);
      return this.spec.ports.every(serves) || undefined;
    });
  }

  /** Writes the status of the Pod object. */
  async report({ isReady, restarts }: PodCondition): Promise<void> {
    const { namespace, name, node, containers } = this.spec;
    const { IPv4, IPv6 } = this.addresses;
    const now = new Date().toISOString();
    const running = this.program.running;
    const readiness = isReady ? 'True' : 'False';
    await node.api.call('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
      status: {
        phase: 'Running',
        hostIP: node.on.addresses.IPv4,
        podIP: IPv4,
        podIPs: [{ ip: IPv4 }, { ip: IPv6 }],
        startTime: this.#created,
        conditions: [
          { type: 'Initialized', status: 'True' },
          { type: 'ContainersReady', status: readiness, lastTransitionTime: now },
          { type: 'Ready', status: readiness, lastTransitionTime: now },
        ],
        containerStatuses: containers.map((container) => ({
          name: container,
          ready: isReady,
          started: running,
          restartCount: restarts,
          image: '',
          imageID: '',
          state: running ? { running: { startedAt: this.#created } } : { waiting: { reason: 'CrashLoopBackOff' } },
        })),
      },
    });
  }

  /** Ends the program and removes its network; the Pod object stays as it is. */
  async dispose(): Promise<void> {
    await this.program.stop('SIGKILL');
    await this.network?.dispose();
  }
}

const LISTEN = '0A';
const UNCONNECTED = '07';

/** The ports, such as `TCP 80`, on which anything listens in the network namespace of a process (proc_pid_net(5)). */
async function openPorts(pid: number): Promise<ReadonlySet<string>> {
  const tables = [
    ['TCP', 'tcp', LISTEN],
    ['TCP', 'tcp6', LISTEN],
    ['UDP', 'udp', UNCONNECTED],
    ['UDP', 'udp6', UNCONNECTED],
  ] as const;
  const open = new Set<string>();
  for (const [protocol, file, state] of tables) {
    const text = await readFile(`/proc/${pid}/net/${file}`, 'latin1');
    for (const line of text.trim().split('\n').slice(1)) {
      const [, local = '', , found] = line.trim().split(/\s+/);
      if (found === state) open.add(`${protocol} ${Number.parseInt(local.split(':')[1] ?? '', 16)}`);
    }
  }
  return open;
}

import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../lab/eventually.ts';
import type { ApiClient } from './api-client.ts';
import { Daemon } from './daemon.ts';
import { CLUSTER_CIDRS, type NodeMachine } from './network.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/** A Node object with its machine on the LAN, its kube-proxy, and a stand-in for its kubelet's signs of life. */
export class ClusterNode {
  #heartbeat: NodeJS.Timeout | undefined;
  #pods = 1;

  private constructor(
    readonly on: NodeMachine,
    readonly api: ApiClient,
    readonly proxy: Daemon,
  ) {}

  /** Creates the Node object, Ready and without taints. */
  static async create(on: NodeMachine, api: ApiClient, proxy: ProxySpec): Promise<ClusterNode> {
    const node = new ClusterNode(on, api, await proxyDaemon(on, proxy));
    const { name, addresses, podCIDRs } = on;
    const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
    const spec = { podCIDR: podCIDRs.IPv4, podCIDRs: [podCIDRs.IPv4, podCIDRs.IPv6] };
    await api.call('POST', '/api/v1/nodes', { metadata: { name, labels }, spec });
    await api.call('PATCH', `/api/v1/nodes/${name}/status`, {
      status: {
        addresses: [
          { type: 'InternalIP', address: addresses.IPv4 },
          { type: 'InternalIP', address: addresses.IPv6 },
          { type: 'Hostname', address: name },
        ],
        allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
        capacity: { cpu: '2', memory: '4Gi', pods: '110' },
        conditions: [condition('Ready', 'True'), condition('NetworkUnavailable', 'False')],
      },
    });
    // Admission taints a new node not-ready; the node lifecycle controller, which may be off, would take it away.
    await api.call('PATCH', `/api/v1/nodes/${name}`, { spec: { taints: null } });
    return node;
  }

  get name(): string {
    return this.on.name;
  }

  get machine(): NodeMachine['machine'] {
    return this.on.machine;
  }

  /** Starts a command on the node's machine. */
  spawn(command: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    return this.machine.spawn(command, args, options);
  }

  /** A number from 2 on for the next pod here; see `PodMachine`. */
  nextPodIndex(): number {
    return ++this.#pods;
  }

  /** Merges into the Node's labels; `null` removes one. */
  async label(labels: Readonly<Record<string, string | null>>): Promise<void> {
    await this.api.call('PATCH', `/api/v1/nodes/${this.name}`, { metadata: { labels } });
  }

  /** Sets one condition and leaves the others, as the kubelet or the node lifecycle controller would. */
  async setCondition(type: string, status: 'True' | 'False' | 'Unknown'): Promise<void> {
    const path = `/api/v1/nodes/${this.name}`;
    const node = await this.api.call<{ status: { conditions: { type: string }[] } }>('GET', path);
    const others = node.status.conditions.filter((known) => known.type !== type);
    await this.api.call('PATCH', `${path}/status`, { status: { conditions: [...others, condition(type, status)] } });
  }

  /** Waits until kube-proxy has written the rules for what it knows. */
  async proxyReady(): Promise<void> {
    await eventually(`kube-proxy on ${this.name} is healthy`, async () => {
      await this.proxy.assertRunning();
      const { status } = await this.machine.try('curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:10256/healthz');
      return status === 0 || undefined;
    });
  }

  /** Begins to renew the node's Lease, as its kubelet does, and says again that the node is Ready. */
  async startHeartbeat(): Promise<void> {
    const spec = () => ({
      holderIdentity: this.name,
      leaseDurationSeconds: 40,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    });
    const renew = () => this.api.try('PATCH', `${LEASES}/${this.name}`, { spec: spec() });
    const { status } = await renew();
    if (status === 404) await this.api.call('POST', LEASES, { metadata: { name: this.name }, spec: spec() });
    await this.setCondition('Ready', 'True');
    // A lost sign of life is what a test may ask for.
    this.#heartbeat = setInterval(() => renew().catch(() => undefined), 2000);
  }

  /** As a node does that loses power: after 8 s kube-controller-manager declares it not ready. */
  stopHeartbeat(): void {
    clearInterval(this.#heartbeat);
  }

  async dispose(): Promise<void> {
    this.stopHeartbeat();
    await this.proxy.stop('SIGKILL');
  }
}

function condition(type: string, status: string): Record<string, string> {
  const now = new Date().toISOString();
  return { type, status, reason: 'Lab', message: 'set by hand', lastHeartbeatTime: now, lastTransitionTime: now };
}

/** What a kube-proxy needs beside its node. */
export interface ProxySpec {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly env: NodeJS.ProcessEnv;
}

async function proxyDaemon({ name, machine }: NodeMachine, { folder, kubeconfig, env }: ProxySpec): Promise<Daemon> {
  const file = join(folder, `kube-proxy-${name}.json`);
  const config = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    hostnameOverride: name,
    clientConnection: { kubeconfig },
    clusterCIDR: `${CLUSTER_CIDRS.IPv4},${CLUSTER_CIDRS.IPv6}`,
    bindAddress: '0.0.0.0',
    healthzBindAddress: '0.0.0.0:10256',
    metricsBindAddress: '127.0.0.1:10249',
    nodePortAddresses: ['primary'],
    // Other values would be written to sysctls that only the first network namespace may write.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    nftables: { minSyncPeriod: '10ms', syncPeriod: '30s' },
  };
  await writeFile(file, JSON.stringify(config));
  const command = ['kube-proxy', '--config', file] as const;
  return new Daemon({
    name: `kube-proxy ${name}`,
    command,
    logFile: join(folder, `kube-proxy-${name}.log`),
    env,
    machine,
  });
}

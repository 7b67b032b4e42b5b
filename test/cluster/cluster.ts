import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Condition } from '../../src/api/object.ts';
import { eventually } from '../lab/eventually.ts';
import type { CommandResult, Member } from '../lab/network.ts';
import type { ApiClient } from './api-client.ts';
import { ControlPlane } from './control-plane.ts';
import { base64, writeKubeconfig } from './kubeconfig.ts';
import { objectsIn } from './manifests.ts';
import { ClusterNetwork, CONTROL_PLANE } from './network.ts';
import { ClusterNode } from './node.ts';
import { Pod, type PodPort } from './pod.ts';
import { ServiceAccount, type TokenBinding } from './service-account.ts';
import { toolPath } from './tool-path.ts';

const WEB = fileURLToPath(new URL('web.mjs', import.meta.url));

/** The servers live for a minute: memory that Go does not look through is a seventh of their processor time. */
const RARELY_COLLECT = { GOGC: '400' };

/** What a cluster is made of. */
export interface ClusterSpec {
  /** How many nodes, `n1` and so on: 3 when absent. */
  readonly nodes?: number | undefined;
  /** Whether Services are served: true when absent. Without it a cluster starts 1 to 2 s sooner. */
  readonly kubeProxy?: boolean | undefined;
  /** Whether Deployments, DaemonSets, EndpointSlices and Node conditions are looked after: false when absent. */
  readonly controllerManager?: boolean | undefined;
  /** Whether the API server writes down what ServiceAccounts ask it for: false when absent. */
  readonly audit?: boolean | undefined;
}

/** A pod to start by hand. */
export interface WebPodSpec {
  readonly name: string;
  /** `default` when absent. */
  readonly namespace?: string | undefined;
  readonly node: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Its web server listens on all of them (TCP), its echo server likewise (UDP). */
  readonly ports: readonly PodPort[];
}

/** One set of pods behind a Service. */
export interface EndpointsSpec {
  readonly namespace?: string | undefined;
  readonly service: string;
  readonly pods: readonly Pod[];
  readonly ports: readonly (PodPort & { readonly name: string })[];
}

/**
 * A Kubernetes cluster without containers: etcd, kube-apiserver with RBAC, Node objects, a kube-proxy in each node's
 * network namespace, and a client on the same LAN. Works only inside the namespaces that `test/lab/enter` makes, where
 * everything dies with its parent.
 */
export class Cluster {
  readonly #pods: Pod[] = [];

  private constructor(
    /** Its own folder, for what tests write beside it too. */
    readonly folder: string,
    /** With the programs of Kubernetes on its `PATH`, and `KUBECONFIG` of the administrator. */
    readonly env: NodeJS.ProcessEnv,
    readonly network: ClusterNetwork,
    readonly controlPlane: ControlPlane,
    readonly nodes: readonly ClusterNode[],
  ) {}

  static async start(spec: ClusterSpec = {}): Promise<Cluster> {
    const { nodes: count = 3, kubeProxy = true, controllerManager = false, audit } = spec;
    const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
    const tools = { ...process.env, ...RARELY_COLLECT, PATH: await toolPath(), KUBECACHEDIR: join(folder, 'kubectl') };
    // The API server needs its address, which is on the bridge, only for what it tells others.
    const [network, controlPlane] = await Promise.all([
      ClusterNetwork.create(count),
      ControlPlane.start({
        ...{ folder, address: CONTROL_PLANE.IPv4, env: tools, audit },
        serviceAccounts: controllerManager,
      }),
    ]);
    await controlPlane.ready();
    if (controllerManager) controlPlane.controllerManager.start();
    const kubeconfig = join(folder, 'kube-proxy.kubeconfig');
    const { authority, url, api } = controlPlane;
    const user = await authority.client('system:kube-proxy');
    await writeKubeconfig(
      kubeconfig,
      { url, authority: authority.root.certificate },
      { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) },
    );
    const proxy = { folder, kubeconfig, env: tools };
    const nodes = await Promise.all(network.nodes.map((on) => ClusterNode.create(on, api, proxy)));
    if (controllerManager) {
      await Promise.all(nodes.map((node) => node.startHeartbeat()));
      const path = '/api/v1/namespaces/default/serviceaccounts/default';
      const isThere = async () => (await api.try('GET', path)).status === 200 || undefined;
      await eventually('the ServiceAccount of pods', isThere, { timeoutMs: 30_000 });
    }
    if (kubeProxy) {
      for (const node of nodes) node.proxy.start();
      await Promise.all(nodes.map((node) => node.proxyReady()));
    }
    return new Cluster(folder, { ...tools, KUBECONFIG: controlPlane.kubeconfig }, network, controlPlane, nodes);
  }

  /** As an administrator. */
  get api(): ApiClient {
    return this.controlPlane.api;
  }

  /** The node of this name. Throws where there is none. */
  node(name: string): ClusterNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  }

  /** The machine of this name on the LAN: a node, `client` or `router`. Throws where there is none. */
  machine(name: string): Member {
    const found = this.network.segment.members.find((member) => member.name === name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  }

  /** Runs kubectl as an administrator and gives what it prints. Rejects with what it complains of. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.tryKubectl(args);
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: status ${status}: ${stderr}`);
    return stdout;
  }

  /** Runs kubectl as an administrator, whatever comes of it, with this text on its standard input. */
  async tryKubectl(args: readonly string[], input = ''): Promise<CommandResult> {
    const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'], env: this.env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
    child.stdin.on('error', () => undefined); // it may end without reading
    child.stdin.end(input);
    const [status] = (await once(child, 'close')) as [number | null];
    return { status: status ?? -1, stdout, stderr };
  }

  /** `kubectl apply` of a YAML text. */
  async apply(text: string): Promise<string> {
    const { status, stdout, stderr } = await this.tryKubectl(['apply', '-f', '-'], `---\n${text}`);
    if (status !== 0) throw new Error(`kubectl apply: status ${status}: ${stderr}`);
    return stdout;
  }

  /** Applies what an install of Berth brings: kinds, the namespace `berth-system`, ServiceAccounts and their rights. */
  async install(): Promise<void> {
    const [kinds, rights] = await Promise.all([objectsIn('crds.yaml'), objectsIn('rbac.yaml')]);
    const [namespace, ...others] = rights;
    if (namespace !== undefined) await this.api.apply(namespace);
    await Promise.all([...kinds, ...others].map((object) => this.api.apply(object)));
    for (const { metadata } of kinds) await this.#established(metadata.name);
  }

  async #established(name: string): Promise<void> {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
    await eventually(`${name} is established`, async () => {
      const { status } = await this.api.call<{ status?: { conditions?: readonly Condition[] } }>('GET', path);
      const isEstablished = ({ type, status }: Condition) => type === 'Established' && status === 'True';
      return status?.conditions?.some(isEstablished) || undefined;
    });
  }

  /** Credentials of a ServiceAccount that exists, with a token of its own. */
  async serviceAccount(namespace: string, name: string, boundTo?: TokenBinding): Promise<ServiceAccount> {
    const { url, authority, api } = this.controlPlane;
    const endpoint = { url, authority: authority.root.certificate };
    return await ServiceAccount.create({ namespace, name, folder: this.folder, endpoint, api, boundTo });
  }

  /** Fetches a page from a machine of the LAN with curl. Rejects where nothing comes within the time. */
  async fetchFrom(machine: string, url: string, { timeoutMs = 2000 }: { timeoutMs?: number } = {}): Promise<string> {
    return await this.machine(machine).run('curl', '-gsS', '--max-time', `${timeoutMs / 1000}`, url);
  }

  /** Creates a Pod on a node and runs `web.mjs` in it, which tells its name, its port and its client's address. */
  async startPod({ name, namespace = 'default', node, labels = {}, ports }: WebPodSpec): Promise<Pod> {
    await this.api.call('POST', `/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name, labels },
      spec: { nodeName: node, containers: [{ name: 'web', image: 'web', ports }] },
    });
    const listen = ports.map((port) => `${port.containerPort}${port.protocol === 'UDP' ? '/udp' : ''}`);
    const command = [process.execPath, WEB, name, ...listen] as const;
    const on = { node: this.node(node), hostNetwork: false, containers: ['web'], folder: this.folder, env: this.env };
    const pod = await Pod.run({ namespace, name, ports, command: [...command], ...on });
    this.#pods.push(pod);
    return pod;
  }

  /** Writes the EndpointSlices of a Service without a selector, one for each family. */
  async setEndpoints({ namespace = 'default', service, pods, ports }: EndpointsSpec): Promise<void> {
    const slices = (['IPv4', 'IPv6'] as const).map((addressType) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${service}-${addressType.toLowerCase()}`,
        namespace,
        labels: { 'kubernetes.io/service-name': service },
      },
      addressType,
      endpoints: pods.map((pod) => ({
        addresses: [pod.addresses[addressType]],
        nodeName: pod.node.name,
        conditions: { ready: true, serving: true, terminating: false },
      })),
      ports: ports.map(({ name, containerPort, protocol = 'TCP' }) => ({ name, port: containerPort, protocol })),
    }));
    await this.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: slices }));
  }

  /** Kills everything and removes what it made, so that the next cluster can start in the same namespaces. */
  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.dispose()));
    await Promise.all(this.#pods.splice(0).map((pod) => pod.dispose()));
    await this.controlPlane.kill();
    await this.network.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }
}

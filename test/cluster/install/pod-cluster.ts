import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { eventually } from '../../lab/eventually.ts';
import { RuntimeRoot } from '../../lab/image/runtime-root.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { Cluster } from '../cluster.ts';
import { AddressHistory } from '../faults/address-history.ts';
import { Kubelet, type ProgramOf } from '../kubelet.ts';
import type { ProgramExit } from '../pod-worker.ts';
import { berthPods } from './berth-pods.ts';

const WEB = fileURLToPath(new URL('../web.mjs', import.meta.url));

/** Arguments of kubectl: where the daemons live. */
export const IN = ['-n', BERTH_NAMESPACE] as const;
export const WORKLOADS = ['deployment/berth-controller', 'daemonset/berth-speaker'] as const;
/** The image of a pod that tells its name, over HTTP at port 8080 and by UDP at port 8081. */
export const WEB_IMAGE = 'web';

/** What a test wants of its cluster. */
export interface PodClusterSpec {
  /** For how long it waits for one thing. */
  readonly patienceMs: number;
  /** Whether Services are served: false when absent. */
  readonly kubeProxy?: boolean;
  /** What stands for other images, by name. */
  readonly programs?: Readonly<Record<string, ProgramOf>>;
  /** Of images whose names begin so, another version than this. */
  readonly other?: { readonly prefix: string; readonly source: string };
}

/** A cluster of two nodes that knows nothing of Berth, and runs pods of Berth's manifests once it is installed. */
export class PodCluster {
  private constructor(
    readonly cluster: Cluster,
    readonly kubelet: Kubelet,
    /** From the start. */
    readonly history: AddressHistory,
    readonly patienceMs: number,
    private readonly store: ClusterStore,
  ) {}

  static async start(spec: PodClusterSpec): Promise<PodCluster> {
    const { patienceMs, kubeProxy = false, other } = spec;
    const programs: Readonly<Record<string, ProgramOf>> = { [WEB_IMAGE]: web, ...spec.programs };
    const cluster = await Cluster.start({ nodes: 2, kubeProxy, controllerManager: true });
    try {
      const root = await rootIn(join(cluster.folder, 'image'));
      const otherRoot = other === undefined ? root : await rootIn(join(cluster.folder, 'other-image'), other.source);
      const credentials = await kubeconfigCredentials({ path: cluster.controlPlane.kubeconfig });
      const store = new ClusterStore({ credentials, logger: silentLogger, namespace: BERTH_NAMESPACE });
      const berth = berthPods(cluster, (image) =>
        other !== undefined && image.startsWith(other.prefix) ? otherRoot : root,
      );
      const kubelet = Kubelet.start(cluster, (pod) => (programs[pod.spec.containers[0]?.image ?? ''] ?? berth)(pod));
      return new PodCluster(cluster, kubelet, new AddressHistory(store), patienceMs, store);
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
  }

  /** Runs kubectl as an administrator and gives what it prints. Rejects with what it complains of. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.cluster.kubectl(...args);
  }

  /** Waits until all pods run what the workloads say now. */
  async rolledOut(): Promise<void> {
    for (const workload of WORKLOADS) {
      const args = ['rollout', 'status', workload, ...IN, `--timeout=${this.patienceMs / 1000}s`];
      await this.kubectl(...args).catch((error: unknown) => {
        throw new Error(`${workload}: ${String(error)}; the kubelet: ${String(this.kubelet.fault)}`);
      });
    }
  }

  /** Waits until a field of an object, by JSONPath, is this. */
  async shows(args: readonly string[], path: string, wanted: string): Promise<void> {
    const probe = async () => (await this.kubectl('get', ...args, '-o', `jsonpath=${path}`)) === wanted || undefined;
    await eventually(`${args.join(' ')} shows ${wanted}`, probe, { timeoutMs: this.patienceMs, intervalMs: 100 });
  }

  /** Waits until a Service of the default namespace has this address; the empty one for none. */
  async address(service: string, wanted: string): Promise<void> {
    await this.shows(['service', service], '{.status.loadBalancer.ingress[*].ip}', wanted);
  }

  /** Waits until a Service of the default namespace is announced. */
  async announced(service: string): Promise<void> {
    const path = '{.status.conditions[?(@.type=="berth.dev/Announced")].status}';
    await this.shows(['service', service], path, 'True');
  }

  /** The images of Berth's pods. */
  async images(): Promise<ReadonlySet<string>> {
    const path = 'jsonpath={.items[*].spec.containers[*].image}';
    return new Set((await this.kubectl('get', 'pods', ...IN, '-o', path)).split(' '));
  }

  /** The lives of Berth's containers that did not end of themselves, in their grace period and in order. */
  get unclean(): readonly ProgramExit[] {
    return this.kubelet.exits.filter(({ pod, why, ending }) => {
      return pod.startsWith(`${BERTH_NAMESPACE}/`) && (why !== 'Deleted' || ending !== 0);
    });
  }

  async dispose(): Promise<void> {
    this.history.stop();
    await this.store.close();
    await this.kubelet.dispose();
    await this.cluster.dispose();
  }
}

async function rootIn(folder: string, source?: string): Promise<RuntimeRoot> {
  await mkdir(folder);
  const root = await RuntimeRoot.assemble(folder, source);
  await root.addMountPoints();
  return root;
}

const web: ProgramOf = async ({ metadata: { name } }) => [process.execPath, WEB, name, '8080', '8081/udp'];

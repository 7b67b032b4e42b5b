import { BERTH_NAMESPACE } from '../../../src/api/access.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { eventually } from '../../lab/eventually.ts';
import { RuntimeRoot } from '../../lab/image/runtime-root.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { Cluster } from '../cluster.ts';
import { AddressHistory } from '../faults/address-history.ts';
import { Kubelet } from '../kubelet.ts';
import { berthPods } from './berth-pods.ts';

/** Arguments of kubectl: where the daemons live. */
export const IN = ['-n', BERTH_NAMESPACE] as const;
export const WORKLOADS = ['deployment/berth-controller', 'daemonset/berth-speaker'] as const;
export const POOL = `
apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.50-192.0.2.59]}
`;

/** A cluster of two nodes that knows nothing of Berth, and runs pods of Berth's manifests once it is installed. */
export class PodCluster {
  private constructor(
    readonly cluster: Cluster,
    readonly root: RuntimeRoot,
    readonly kubelet: Kubelet,
    /** From the start. */
    readonly history: AddressHistory,
    /** For how long it waits for one thing. */
    readonly patienceMs: number,
    private readonly store: ClusterStore,
  ) {}

  static async start(patienceMs: number): Promise<PodCluster> {
    const cluster = await Cluster.start({ nodes: 2, kubeProxy: false, controllerManager: true });
    try {
      const root = await RuntimeRoot.assemble(cluster.folder);
      await root.addMountPoints();
      const credentials = await kubeconfigCredentials({ path: cluster.controlPlane.kubeconfig });
      const store = new ClusterStore({ credentials, logger: silentLogger, namespace: BERTH_NAMESPACE });
      const kubelet = Kubelet.start(cluster, berthPods(cluster, root));
      return new PodCluster(cluster, root, kubelet, new AddressHistory(store), patienceMs, store);
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

  /** The image of each container of Berth's pods. */
  async images(): Promise<readonly string[]> {
    const path = 'jsonpath={.items[*].spec.containers[*].image}';
    return (await this.kubectl('get', 'pods', ...IN, '-o', path)).split(' ');
  }

  async dispose(): Promise<void> {
    this.history.stop();
    await this.store.close();
    await this.kubelet.dispose();
    await this.cluster.dispose();
  }
}

import { findKind } from '../../../src/api/kinds.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../../../src/api/object.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { ClusterStore, type ClusterStoreOptions } from '../../../src/store/cluster/cluster-store.ts';
import type { Credentials } from '../../../src/store/cluster/credentials.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { objectPath } from '../../../src/store/cluster/resource-path.ts';
import type { StoreHarness } from '../../store/conformance.ts';
import { Cluster } from '../cluster.ts';

/** Where the Leases of the tests are. */
export const NAMESPACE = 'berth-system';

const quiet: Logger = { error() {}, warn() {}, info() {}, debug() {}, with: () => quiet };

/** A cluster of nothing but an API server, with the kinds of Berth installed, for tests of the store. */
export class StoreCluster {
  private constructor(
    readonly cluster: Cluster,
    readonly credentials: Credentials,
  ) {}

  static async start(): Promise<StoreCluster> {
    const cluster = await Cluster.start({ nodes: 0, kubeProxy: false });
    await cluster.install();
    for (const name of ['a', 'b']) await cluster.api.call('POST', '/api/v1/namespaces', { metadata: { name } });
    return new StoreCluster(cluster, await kubeconfigCredentials({ path: cluster.controlPlane.kubeconfig }));
  }

  /** Opens a store; whoever does has to close it. */
  open(options: Partial<ClusterStoreOptions> = {}): ClusterStore {
    return new ClusterStore({ credentials: this.credentials, logger: quiet, namespace: NAMESPACE, ...options });
  }

  async put(object: KubernetesObject): Promise<void> {
    const path = pathOf(object, keyOf(object));
    const { status } = await this.cluster.api.try('PATCH', path, object);
    if (status === 404) await this.cluster.api.call('POST', path.replace(/\/[^/]*$/, ''), object);
    else if (status >= 300) throw new Error(`PATCH ${path}: ${status}`);
  }

  async remove(object: KubernetesObject): Promise<void> {
    await this.cluster.api.call('DELETE', pathOf(object, keyOf(object)));
  }

  /** Removes what tests leave behind. */
  async clear(): Promise<void> {
    const { api } = this.cluster;
    const { items } = await api.call<{ items: KubernetesObject[] }>('GET', '/api/v1/services');
    for (const { metadata } of items) {
      if (metadata.name === 'kubernetes') continue;
      await api.try('DELETE', `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}`);
    }
    await api.call('DELETE', '/apis/berth.dev/v1beta1/speakerstatuses');
    await api.call('DELETE', '/apis/berth.dev/v1beta1/ipaddresspools');
    await api.call('DELETE', `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`);
  }

  async conformanceHarness(): Promise<StoreHarness> {
    await this.clear();
    const stores = [this.open()];
    return {
      store: stores[0] as ClusterStore,
      userPuts: (object) => this.put(object),
      userRemoves: (object) => this.remove(object),
      openSecond: async () => {
        const second = this.open();
        stores.push(second);
        return second;
      },
      close: async () => {
        for (const store of stores) await store.close();
      },
    };
  }

  dispose(): Promise<void> {
    return this.cluster.dispose();
  }
}

function pathOf(object: KubernetesObject, key: ObjectKey): string {
  const kind = findKind(object.apiVersion, object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  return objectPath(kind, key);
}

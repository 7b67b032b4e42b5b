import { KINDS } from '../../../src/api/kinds.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../../../src/api/object.ts';

import { ClusterStore, type ClusterStoreOptions } from '../../../src/store/cluster/cluster-store.ts';
import type { Credentials } from '../../../src/store/cluster/credentials.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import { DEFAULT_TIMING } from '../../../src/store/cluster/reflector-protocol.ts';
import { objectPath } from '../../../src/store/cluster/resource-path.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import type { StoreHarness } from '../../store/conformance/harness.ts';
import type { KeyPair } from '../certificates.ts';
import { Cluster } from '../cluster.ts';
import { FaultProxy } from '../fault-proxy.ts';

/** How long a test waits for what has to come, and how often it looks. */
export const WAIT = { timeout: 15_000, interval: 10 };

/** A store that tries again so soon that tests need not wait for it. */
export const QUICK = { ...DEFAULT_TIMING, backoff: { shortest: 50, longest: 200 } };

/** Where the Leases of the tests are. */
export const NAMESPACE = 'berth-system';

/** A cluster of nothing but an API server, with the kinds of Berth installed, for tests of the store. */
export class StoreCluster {
  private constructor(
    readonly cluster: Cluster,
    readonly credentials: Credentials,
    readonly administrator: KeyPair,
  ) {}

  static async start(): Promise<StoreCluster> {
    const cluster = await Cluster.start({ nodes: 0, kubeProxy: false });
    await cluster.install();
    for (const name of ['a', 'b']) await cluster.api.call('POST', '/api/v1/namespaces', { metadata: { name } });
    const { kubeconfig, authority } = cluster.controlPlane;
    const administrator = await authority.client('fault-proxy', ['system:masters']);
    return new StoreCluster(cluster, await kubeconfigCredentials({ path: kubeconfig }), administrator);
  }

  /** Opens a store; whoever does has to close it. */
  open(options: Partial<ClusterStoreOptions> = {}): ClusterStore {
    return new ClusterStore({ credentials: this.credentials, logger: silentLogger, namespace: NAMESPACE, ...options });
  }

  /** A proxy in front of the API server; whoever starts it has to close it. @param user default: an administrator */
  async startProxy(user = this.administrator): Promise<FaultProxy> {
    const { url, authority } = this.cluster.controlPlane;
    return await FaultProxy.start(url, authority.root.certificate, user);
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
    await api.call('DELETE', '/apis/networking.k8s.io/v1/namespaces/default/ingresses');
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

  /** Opens a store behind a proxy. */
  openBehind(proxy: FaultProxy, options: Partial<ClusterStoreOptions> = {}): ClusterStore {
    const authorization = { headers: {}, tls: {} };
    const server = new URL(proxy.url);
    return this.open({ ...options, credentials: { server, authorize: async () => authorization, refresh: () => {} } });
  }

  dispose(): Promise<void> {
    return this.cluster.dispose();
  }
}

function pathOf(object: KubernetesObject, key: ObjectKey): string {
  const kind = KINDS.find((kind) => kind.apiVersion === object.apiVersion && kind.kind === object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  return objectPath(kind, key);
}

import { ClusterStore, type ClusterStoreOptions } from './cluster-store.ts';
import type { Credentials } from './credentials.ts';
import { inClusterCredentials, isInCluster } from './in-cluster.ts';
import type { KubeconfigChoice } from './kubeconfig.ts';

/** How a cluster store is found and set up. */
export interface OpenClusterStoreOptions extends Omit<ClusterStoreOptions, 'credentials'> {
  /** A kubeconfig file. Default: the pod's ServiceAccount in a pod, else what kubectl would take. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/**
 * Opens the store of a cluster. Nothing is sent yet: a server that is out of reach shows at the first call.
 *
 * @throws Error where there are no credentials, naming what was looked for.
 */
export async function openClusterStore(options: OpenClusterStoreOptions): Promise<ClusterStore> {
  const { kubeconfig, context, ...rest } = options;
  return new ClusterStore({ ...rest, credentials: await findCredentials({ path: kubeconfig, context }) });
}

/** The credentials that were asked for, else the pod's own, else those that kubectl would use. */
export async function findCredentials(choice: KubeconfigChoice = {}): Promise<Credentials> {
  const isChosen = choice.path !== undefined || choice.context !== undefined;
  if (!isChosen && isInCluster()) return inClusterCredentials();
  const { kubeconfigCredentials } = await import('./kubeconfig.ts');
  return kubeconfigCredentials(choice);
}

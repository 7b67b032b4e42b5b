import type { Credentials } from './credentials.ts';
import { inClusterCredentials, isInCluster } from './in-cluster.ts';
import type { KubeconfigChoice } from './kubeconfig.ts';

/**
 * The credentials that were asked for, else the pod's own, else those that kubectl would use.
 *
 * @throws Error where there are none, naming what was looked for.
 */
export async function findCredentials(choice: KubeconfigChoice = {}): Promise<Credentials> {
  const isChosen = choice.path !== undefined || choice.context !== undefined;
  if (!isChosen && isInCluster()) return inClusterCredentials();
  // A pod never loads what reads kubeconfigs.
  const { kubeconfigCredentials } = await import('./kubeconfig.ts');
  return kubeconfigCredentials(choice);
}

import type { Credentials } from './credentials.ts';
import { inClusterCredentials, isInCluster } from './in-cluster.ts';
import { type KubeconfigChoice, kubeconfigCredentials } from './kubeconfig.ts';

/**
 * The credentials that were asked for, else the pod's own, else those that kubectl would use.
 *
 * @throws Error where there are none, naming what was looked for.
 */
export function findCredentials(choice: KubeconfigChoice = {}): Promise<Credentials> {
  const isChosen = choice.path !== undefined || choice.context !== undefined;
  return !isChosen && isInCluster() ? inClusterCredentials() : kubeconfigCredentials(choice);
}

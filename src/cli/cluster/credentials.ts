import type { Credentials } from '../../store/cluster/credentials.ts';
import { findCredentials } from '../../store/cluster/find-credentials.ts';
import { CommandError } from '../exit-codes.ts';
import type { ClusterOptions } from './options.ts';

/**
 * The credentials for a cluster; nothing is asked of it yet.
 *
 * @throws CommandError where there are none
 */
export async function clusterCredentials({ kubeconfig, context }: ClusterOptions): Promise<Credentials> {
  try {
    return await findCredentials({ path: kubeconfig, context });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `no credentials for a cluster: ${reason}; choose one with --kubeconfig FILE or --context NAME`,
    );
  }
}

import { DRAIN_ANNOTATION } from '../../announcement/eligibility.ts';
import { BERTH_NAMESPACE } from '../../api/access.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { ApiError } from '../../store/cluster/api-error.ts';
import { ClusterStore } from '../../store/cluster/cluster-store.ts';
import { objectPath } from '../../store/cluster/resource-path.ts';
import { clusterError } from '../cluster/cluster-error.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import { warningLogger } from '../cluster/warning-logger.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../exit-codes.ts';

/** Sets the annotation on a Node, or takes it off. The same again changes nothing. @throws CommandError */
export async function setDrained(
  context: Pick<CommandContext, 'stdout' | 'stderr' | 'programName'>,
  node: string,
  isDrained: boolean,
  options: ClusterOptions,
): Promise<void> {
  const credentials = await clusterCredentials(options);
  const store = new ClusterStore({ credentials, logger: warningLogger(context.stderr), namespace: BERTH_NAMESPACE });
  try {
    await store.client.request({
      method: 'PATCH',
      path: objectPath(NodeKind, { name: node }),
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations: { [DRAIN_ANNOTATION]: isDrained ? '' : null } } },
    });
  } catch (error) {
    throw explained(error, node, credentials.server);
  } finally {
    await store.close();
  }
  const done = isDrained ? 'drained; its addresses move to other nodes' : 'undrained; it may announce addresses again';
  context.stdout.write(`node/${node} ${done}: ${context.programName} get addresses shows where they are\n`);
}

function explained(error: unknown, node: string, server: URL): CommandError {
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 404) {
    return new CommandError(`there is no Node ${node} in the cluster at ${server.href}: see kubectl get nodes`);
  }
  if (status === 403) {
    return new CommandError(
      `the API server at ${server.href} forbids to patch nodes: ask for that right (kubectl auth can-i patch nodes), or choose another user with --context`,
    );
  }
  return clusterError(error, NodeKind, server, undefined);
}

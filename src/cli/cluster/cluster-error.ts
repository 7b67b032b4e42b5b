import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { ApiError, NO_CREDENTIALS } from '../../store/cluster/api-error.ts';
import { installKinds, resourceText } from '../../store/cluster/unfollowed.ts';
import { StoreError } from '../../store/store.ts';
import { CommandError } from '../exit-codes.ts';

/** The user lacks the right to list a kind. */
export class ForbiddenError extends CommandError {
  constructor(
    message: string,
    /** As RBAC writes it, such as `ipaddresspools.berth.dev`. */
    readonly resource: string,
  ) {
    super(message);
  }
}

/**
 * What to tell of a kind that cannot be read from a cluster: the server, the reason and the remedy.
 *
 * @param within the namespace that was looked at; undefined for all
 */
export function clusterError(
  error: unknown,
  kind: Kind<KubernetesObject>,
  server: URL,
  within: string | undefined,
): CommandError {
  const reason = error instanceof Error ? error.message : String(error);
  const resource = resourceText(kind);
  if (!(error instanceof StoreError)) return new CommandError(`cannot read ${resource} from ${server.href}: ${reason}`);
  const status = error instanceof ApiError ? error.status : undefined;
  const install = installKinds(kind);
  if (error.code === 'NotFound' && install !== undefined) {
    return new CommandError(
      `the cluster at ${server.href} does not know ${resource}: ${install}, or choose another cluster with --context`,
    );
  }
  if (status === 401) {
    return new CommandError(
      `the API server at ${server.href} does not accept the credentials: ${reason}; log in again, or choose others with --kubeconfig or --context`,
    );
  }
  if (error.code === 'Forbidden') {
    const isWithin = kind.namespaced && within !== undefined;
    const remedy = kind.namespaced && !isWithin ? ', look at one namespace with -n' : '';
    return new ForbiddenError(
      `the API server at ${server.href} forbids to list ${resource}: ${reason}; ask for that right (kubectl auth can-i list ${resource} ${isWithin ? `-n ${within}` : '-A'})${remedy}, or choose another user with --context`,
      resource,
    );
  }
  if (error instanceof ApiError && error.reason === NO_CREDENTIALS) {
    const cause = error.cause instanceof Error ? error.cause.message : reason;
    return new CommandError(
      `no credentials for the API server at ${server.href}: ${cause}; mend that, or choose others with --kubeconfig or --context`,
    );
  }
  if (status === undefined) {
    return new CommandError(
      `cannot reach the API server at ${server.href}: ${reason}; see whether it runs and whether this is the cluster you mean (--kubeconfig, --context)`,
    );
  }
  return new CommandError(`the API server at ${server.href} cannot list ${resource}: ${reason}; try again later`);
}

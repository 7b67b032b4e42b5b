import type { Writable } from 'node:stream';
import { CONTROLLER_LEASE } from '../../api/access.ts';
import { LeaseKind } from '../../api/kubernetes/lease.ts';
import type { ObjectKey } from '../../api/object.ts';
import type { ApiClient } from '../../store/cluster/api-client.ts';
import { ApiError } from '../../store/cluster/api-error.ts';
import { readAll } from '../../store/cluster/read.ts';

/**
 * The Leases of controllers in all namespaces, since one that runs anywhere puts back what is cleared; that of the one
 * namespace alone, which is told, where the user may not list them.
 *
 * @throws ApiError
 */
export async function controllerLeases(
  client: ApiClient,
  namespace: string,
  stderr: Writable,
): Promise<readonly ObjectKey[]> {
  const own: ObjectKey = { namespace, name: CONTROLLER_LEASE };
  try {
    const items = await readAll(client, LeaseKind, { fieldSelector: `metadata.name=${CONTROLLER_LEASE}` });
    return items.flatMap((item) => {
      const metadata = (item as { readonly metadata?: Partial<ObjectKey> } | null)?.metadata;
      const isController = metadata?.name === CONTROLLER_LEASE && metadata.namespace !== undefined;
      return isController ? [{ namespace: metadata.namespace, name: CONTROLLER_LEASE }] : [];
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    stderr.write(
      `warning: you may not list leases in all namespaces: a controller elsewhere than in ${namespace} is not seen\n`,
    );
    return [own];
  }
}

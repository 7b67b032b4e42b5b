import { BERTH_NAMESPACE } from '../../api/access.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
import { ApiError } from '../../store/cluster/api-error.ts';
import { ClusterStore, type ClusterStoreOptions } from '../../store/cluster/cluster-store.ts';
import type { Credentials } from '../../store/cluster/credentials.ts';
import { readObject } from '../../store/cluster/read.ts';
import type { Store, Watch, WatchHandler } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { clusterError } from './cluster-error.ts';
import { warningLogger } from './warning-logger.ts';

/** What a cluster has of a kind, as far as the user may see it. */
export interface TriedList<T> {
  readonly objects: readonly T[];
  /** Why there are none. Absent where they could be listed. */
  readonly why?: string;
  /** Whether it is that the cluster does not have the kind. */
  readonly isMissing?: boolean;
}

/** A cluster as commands look at it: nothing in it is changed, and what fails is told so that the user can mend it. */
export class LiveCluster implements Pick<Store, 'list' | 'watch' | 'close'> {
  private readonly store: ClusterStore;

  /** Nothing is asked of the cluster yet. */
  constructor(
    { stderr }: Pick<CommandContext, 'stderr'>,
    private readonly credentials: Credentials,
    private readonly selection: Pick<ClusterStoreOptions, 'services' | 'within'>,
  ) {
    this.store = new ClusterStore({
      credentials,
      logger: warningLogger(stderr),
      namespace: BERTH_NAMESPACE,
      ...selection,
    });
  }

  /** As {@link Store.list}. @throws CommandError */
  async list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]> {
    try {
      return await this.store.list(kind);
    } catch (error) {
      throw clusterError(error, kind, this.credentials.server, this.selection.within);
    }
  }

  /**
   * As {@link list}, but what the user may not list, or the cluster does not have, is left out, and the reason told.
   *
   * @throws CommandError where the cluster cannot be looked at
   */
  async tryList<T extends KubernetesObject>(kind: Kind<T>): Promise<TriedList<T>> {
    try {
      return { objects: await this.store.list(kind) };
    } catch (error) {
      const isRefused = error instanceof ApiError && (error.status === 403 || error.status === 404);
      const told = clusterError(error, kind, this.credentials.server, this.selection.within);
      if (!isRefused) throw told;
      const isMissing = error.status === 404;
      return { objects: [], why: isMissing ? told.message : error.message, isMissing };
    }
  }

  /**
   * One object with all that an API server has of it, `managedFields` included; undefined where there is none, or the
   * user may not read it.
   *
   * @throws CommandError where the cluster cannot be looked at
   */
  async getWhole<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined> {
    try {
      const parsed = kind.parse(await readObject(this.store.client, kind, key));
      return parsed.ok ? parsed.object : undefined;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return undefined;
      throw clusterError(error, kind, this.credentials.server, this.selection.within);
    }
  }

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    return this.store.watch(kind, handler);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

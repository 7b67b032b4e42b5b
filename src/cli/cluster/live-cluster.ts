import { BERTH_NAMESPACE } from '../../api/access.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { ClusterStore, type ClusterStoreOptions } from '../../store/cluster/cluster-store.ts';
import type { Credentials } from '../../store/cluster/credentials.ts';
import type { Store, Watch, WatchHandler } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { clusterError } from './cluster-error.ts';
import { warningLogger } from './warning-logger.ts';

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

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    return this.store.watch(kind, handler);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

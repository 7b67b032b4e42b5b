import { BERTH_NAMESPACE } from '../../api/access.ts';
import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { ClusterStore, type ClusterStoreOptions } from '../../store/cluster/cluster-store.ts';
import type { Store, Watch, WatchHandler } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { clusterError } from './cluster-error.ts';
import { clusterCredentials } from './credentials.ts';
import type { ClusterOptions } from './options.ts';
import { warningLogger } from './warning-logger.ts';

/** A cluster as commands look at it: nothing in it is changed, and what fails is told so that the user can mend it. */
export class LiveCluster implements Pick<Store, 'list' | 'watch' | 'close'> {
  private constructor(
    private readonly store: ClusterStore,
    private readonly server: URL,
    /** The namespace to look at unless another is named. */
    readonly namespace: string,
  ) {}

  /** Nothing is asked of the cluster yet. @throws CommandError where there are no credentials */
  static async open(
    { stderr }: Pick<CommandContext, 'stderr'>,
    options: ClusterOptions,
    services: NonNullable<ClusterStoreOptions['services']>,
  ): Promise<LiveCluster> {
    const credentials = await clusterCredentials(options);
    const logger = warningLogger(stderr);
    const store = new ClusterStore({ credentials, logger, namespace: BERTH_NAMESPACE, services });
    return new LiveCluster(store, credentials.server, credentials.namespace ?? 'default');
  }

  /** As {@link Store.list}. @throws CommandError */
  async list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]> {
    try {
      return await this.store.list(kind);
    } catch (error) {
      throw clusterError(error, kind, this.server);
    }
  }

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    return this.store.watch(kind, handler);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

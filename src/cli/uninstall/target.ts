import { BERTH_NAMESPACE } from '../../api/access.ts';
import { BFDProfileKind } from '../../api/bfd-profile.ts';
import { CommunityKind } from '../../api/community.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Kind } from '../../api/kind.ts';
import { IngressKind } from '../../api/kubernetes/ingress.ts';
import { LeaseKind } from '../../api/kubernetes/lease.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import { type KubernetesObject, keyText, type ObjectKey } from '../../api/object.ts';
import { ClusterStore } from '../../store/cluster/cluster-store.ts';
import { openDirectoryStore } from '../../store/directory/open-directory-store.ts';
import { type Store, StoreError } from '../../store/store.ts';
import { clusterError } from '../cluster/cluster-error.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import { warningLogger } from '../cluster/warning-logger.ts';
import type { CommandContext } from '../context.ts';
import { hostNodeName } from '../daemon/node-name.ts';
import type { DirectoryOptions } from '../directory-options.ts';
import { openLeadership } from '../standalone/leadership.ts';
import { lead } from '../standalone/once.ts';
import { controllerGone } from './controller-lease.ts';
import { controllerLeases } from './controller-leases.ts';
import { type Leavings, leavingsOf } from './leavings.ts';
import type { Place } from './words.ts';

/** From where Berth is to be uninstalled, as the command line has it. */
export interface TargetOptions extends ClusterOptions, DirectoryOptions {
  readonly namespace?: string;
  /** Whose Services are released: see `berth controller --lb-class`. */
  readonly lbClass?: string;
}

/** Where Berth is to be uninstalled. */
export interface Target extends Place {
  readonly store: Store;
  /** What Berth has left behind. @throws CommandError */
  read(): Promise<Leavings>;
  /**
   * Makes sure that no controller runs.
   *
   * @param patience how long one that runs is given to stop, in milliseconds.
   * @throws CommandError naming it
   */
  standAlone(patience: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a cluster, or a folder where one is named. @throws CommandError, StoreError */
export function openTarget(context: CommandContext, options: TargetOptions): Promise<Target> {
  return options.dir === undefined ? openCluster(context, options) : openFolder(context, options.dir, options);
}

async function openCluster(context: CommandContext, options: TargetOptions): Promise<Target> {
  const { namespace = BERTH_NAMESPACE } = options;
  const credentials = await clusterCredentials(options);
  const store = new ClusterStore({ credentials, logger: warningLogger(context.stderr), namespace, services: 'all' });
  const { server } = credentials;
  const orExplain = async <T>(kind: Kind<KubernetesObject>, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw clusterError(error, kind, server, undefined);
    }
  };
  return {
    name: `the cluster at ${server.href}`,
    isFolder: false,
    store,
    read: async () =>
      leavingsOf(
        {
          // Where a kind is gone, so are its objects.
          pools: await orExplain(IPAddressPoolKind, store.list(IPAddressPoolKind).catch(noneIfUnknown)),
          profiles: await orExplain(BFDProfileKind, store.list(BFDProfileKind).catch(noneIfUnknown)),
          communities: await orExplain(CommunityKind, store.list(CommunityKind).catch(noneIfUnknown)),
          services: await orExplain(ServiceKind, store.list(ServiceKind)),
          ingresses: await orExplain(IngressKind, store.list(IngressKind)),
        },
        options.lbClass,
      ),
    standAlone: async (patience) => {
      const get = <T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey) =>
        orExplain(LeaseKind, store.get(kind, key));
      const leases = await controllerLeases(store.client, namespace, context.stderr).catch((error: unknown) => {
        throw clusterError(error, LeaseKind, server, undefined);
      });
      await Promise.all(
        leases.map((lease) => {
          const onWait = (holder: string): void => {
            context.stderr.write(`the Lease ${keyText(lease)} names ${holder}: seeing whether that runs\n`);
          };
          return controllerGone({ store: { get }, lease, patience, now: () => performance.now(), sleep, onWait });
        }),
      );
    },
    close: () => store.close(),
  };
}

function noneIfUnknown(error: unknown): readonly never[] {
  if (error instanceof StoreError && error.code === 'NotFound') return [];
  throw error;
}

function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/** A lock that was left behind is taken after 10 s. Milliseconds. */
const LOCK_PATIENCE = 12_000;

async function openFolder(
  context: CommandContext,
  directory: string,
  { stateDir: stateDirectory, lbClass }: TargetOptions,
): Promise<Target> {
  const logger = warningLogger(context.stderr);
  const store = await openDirectoryStore({ directory, stateDirectory, logger });
  const leadership = openLeadership(
    { directory, stateDirectory, nodeName: hostNodeName(context.hostname) },
    store,
    logger,
  );
  return {
    name: `the folder ${directory}`,
    isFolder: true,
    store,
    read: async () =>
      leavingsOf(
        {
          pools: await store.list(IPAddressPoolKind),
          profiles: await store.list(BFDProfileKind),
          communities: await store.list(CommunityKind),
          services: await store.list(ServiceKind),
          ingresses: await store.list(IngressKind),
        },
        lbClass,
      ),
    standAlone: (patience) => lead(leadership, directory, LOCK_PATIENCE + patience),
    close: async () => {
      await leadership.stop();
      await store.close();
    },
  };
}

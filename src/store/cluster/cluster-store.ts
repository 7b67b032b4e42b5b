import type { Kind, Parsed } from '../../api/kind.ts';
import { EndpointSliceKind } from '../../api/kubernetes/endpoint-slice.ts';
import { LeaseKind } from '../../api/kubernetes/lease.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { PASSWORD_SECRET_TYPE, SecretKind } from '../../api/kubernetes/secret.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import { type KubernetesObject, keyText, type ObjectKey } from '../../api/object.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import type { Logger } from '../../log/logger.ts';
import { isWrittenByBerth, mayBeMadeByBerth } from '../owned-kinds.ts';
import {
  type MergePatch,
  type Precondition,
  type StatusOf,
  type Store,
  StoreError,
  type Watch,
  type WatchHandler,
} from '../store.ts';
import { ApiClient } from './api-client.ts';
import type { Credentials } from './credentials.ts';
import { KindWatch } from './kind-watch.ts';
import type { ObjectFault, Trim } from './known-objects.ts';
import { trimService } from './other-services.ts';
import { type ListOptions, readAll, readObject } from './read.ts';
import { DEFAULT_TIMING, type ReflectorTiming } from './reflector-protocol.ts';
import { trimObject } from './trim.ts';
import type { Unfollowed } from './unfollowed.ts';
import { trimNode, trimReport, trimSlice } from './watched-form.ts';
import { Writer } from './write.ts';

/** How a {@link ClusterStore} is set up. */
export interface ClusterStoreOptions {
  readonly credentials: Credentials;
  readonly logger: Logger;
  /** Where Berth's own objects that need a namespace are: its Leases, and its Secrets. Those elsewhere are not looked at. */
  readonly namespace: string;
  /** Lists and watches look at the objects of this namespace alone, for who may see no other. Default: at all. */
  readonly within?: string | undefined;
  /**
   * `LoadBalancer` asks the server for those alone, which saves most of the traffic. Default. With `all`, a watch delivers
   * of those of other types the ones that occupy addresses or have a status, and no more of them than that.
   */
  readonly services?: 'LoadBalancer' | 'all';
  /** With `interfaces`, a watch delivers these alone of what each SpeakerStatus says. Default: all. */
  readonly reports?: 'interfaces' | 'all';
  readonly timing?: ReflectorTiming;
}

/** Objects in a Kubernetes cluster. See the README here. */
export class ClusterStore implements Store {
  /** For what lives beside the store on the same connections: events. */
  readonly client: ApiClient;
  readonly #options: ClusterStoreOptions;
  readonly #writer: Writer;
  readonly #watches = new Map<string, KindWatch<KubernetesObject>>();
  readonly #listeners = new Set<(fault: ObjectFault) => void>();
  readonly #followingListeners = new Set<() => void>();
  #isClosed = false;

  constructor(options: ClusterStoreOptions) {
    this.#options = options;
    this.client = new ApiClient(options.credentials);
    this.#writer = new Writer(this.client);
  }

  /** Objects of the kinds being watched that cannot be read at present. */
  faults(): readonly ObjectFault[] {
    return [...this.#watches.values()].flatMap((watch) => watch.faults());
  }

  /** Calls back for each state of a watched object that cannot be read. Returns a function that ends it. */
  onFault(listener: (fault: ObjectFault) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The kinds being watched whose objects are not known as they are now. */
  unfollowed(): readonly Unfollowed[] {
    return [...this.#watches.values()].flatMap((watch) => watch.unfollowed() ?? []);
  }

  /** Calls back when {@link unfollowed} says something else. Returns a function that ends it. */
  onFollowing(listener: () => void): () => void {
    this.#followingListeners.add(listener);
    return () => this.#followingListeners.delete(listener);
  }

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    this.#checkOpen();
    const name = nameOfKind(kind);
    let watch = this.#watches.get(name);
    if (watch === undefined) {
      watch = this.#begin(name, kind);
      this.#watches.set(name, watch);
    }
    return watch.add(handler as unknown as WatchHandler<KubernetesObject>);
  }

  async catchUp<T extends KubernetesObject>(kind: Kind<T>, since?: number): Promise<void> {
    this.#checkOpen();
    await this.#watches.get(nameOfKind(kind))?.catchUp(since);
  }

  async get<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined> {
    this.#checkOpen();
    try {
      return this.#parse(kind, await readObject(this.client, kind, key));
    } catch (error) {
      if (error instanceof StoreError && error.code === 'NotFound') return undefined;
      throw error;
    }
  }

  async list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]> {
    this.#checkOpen();
    const items = await readAll(this.client, kind, this.#selectionOf(kind));
    const objects = items.flatMap((item) => {
      try {
        return this.#parse(kind, item);
      } catch (error) {
        this.#options.logger.warn('left an object out of a list, since it cannot be read', { error });
        return [];
      }
    });
    return objects.sort((a, b) => byText(a.metadata.namespace, b.metadata.namespace) || byText(nameOf(a), nameOf(b)));
  }

  async create<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T> {
    this.#checkOpen();
    if (!mayBeMadeByBerth(kind)) this.#checkOwned(kind, object.metadata.name);
    return this.#parse(kind, await this.#writer.create(kind, this.#parse(kind, object)));
  }

  async update<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T> {
    this.#checkOpen();
    this.#checkOwned(kind, object.metadata.name);
    return this.#parse(kind, await this.#writer.update(kind, this.#parse(kind, object)));
  }

  async patchStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: MergePatch<StatusOf<T>>,
    precondition: Precondition = {},
  ): Promise<void> {
    this.#checkOpen();
    await this.#writer.patchStatus(kind, key, patch, precondition);
  }

  async applyStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    status: StatusOf<T>,
    fieldManager: string,
    precondition: Precondition = {},
  ): Promise<T> {
    this.#checkOpen();
    return this.#parse(kind, await this.#writer.applyStatus(kind, key, status, fieldManager, precondition));
  }

  async setFinalizers<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    finalizers: readonly string[],
    precondition: Precondition = {},
  ): Promise<void> {
    this.#checkOpen();
    await this.#writer.setFinalizers(kind, key, finalizers, precondition);
  }

  async delete<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    precondition: Precondition = {},
  ): Promise<void> {
    this.#checkOpen();
    this.#checkOwned(kind, keyText(key));
    await this.#writer.delete(kind, key, precondition);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
    this.client.close();
  }

  #begin(name: string, kind: Kind<KubernetesObject>): KindWatch<KubernetesObject> {
    const { timing = DEFAULT_TIMING, logger } = this.#options;
    return new KindWatch({
      client: this.client,
      kind,
      selection: this.#selectionOf(kind),
      trim: this.#trimOf(kind),
      timing,
      logger,
      onFault: (fault) => this.#report(fault),
      onFollowing: () => {
        for (const listener of this.#followingListeners) listener();
      },
      onUnused: () => this.#watches.delete(name),
    });
  }

  #trimOf(kind: Kind<KubernetesObject>): Trim | undefined {
    const { services, reports } = this.#options;
    if (isKind(kind, EndpointSliceKind)) return trimSlice;
    if (isKind(kind, NodeKind)) return trimNode;
    if (isKind(kind, SpeakerStatusKind)) return reports === 'interfaces' ? trimReport : undefined;
    return isKind(kind, ServiceKind) && services === 'all' ? trimService : undefined;
  }

  #selectionOf(kind: Kind<KubernetesObject>): ListOptions {
    const { namespace, within, services = 'LoadBalancer' } = this.#options;
    if (isKind(kind, LeaseKind)) return { namespace };
    if (isKind(kind, SecretKind)) return { namespace, fieldSelector: `type=${PASSWORD_SECRET_TYPE}` };
    const isSelective = isKind(kind, ServiceKind) && services === 'LoadBalancer';
    return { namespace: within, fieldSelector: isSelective ? 'spec.type=LoadBalancer' : undefined };
  }

  #report(fault: ObjectFault): void {
    const { logger } = this.#options;
    logger.error('an object cannot be read; what was known of it stands', { ...fault });
    for (const listener of this.#listeners) {
      try {
        listener(fault);
      } catch (error) {
        logger.error('a listener for faults failed', { error });
      }
    }
  }

  #parse<T extends KubernetesObject>(kind: Kind<T>, value: unknown): T {
    // Items of a list do not say what they are.
    const { apiVersion, kind: kindName } = kind;
    return checked(kind, kind.parse({ apiVersion, kind: kindName, ...(trimObject(value) as object) }));
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StoreError('Unavailable', 'the store is closed');
  }

  #checkOwned(kind: Kind<KubernetesObject>, name: string): void {
    if (isWrittenByBerth(kind)) return;
    throw new StoreError('Invalid', `${kind.kind}/${name} is for people to write, with kubectl, not for Berth`);
  }
}

function nameOfKind({ apiVersion, plural }: Kind<KubernetesObject>): string {
  return `${apiVersion} ${plural}`;
}

/** @throws StoreError `Invalid` */
function checked<T extends KubernetesObject>(kind: Kind<T>, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.object;
  const faults = parsed.faults.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  throw new StoreError('Invalid', `${kind.kind}: ${faults.join('; ')}`);
}

function isKind(kind: Kind<KubernetesObject>, other: Kind<KubernetesObject>): boolean {
  return kind.apiVersion === other.apiVersion && kind.plural === other.plural;
}

function nameOf(object: KubernetesObject): string {
  return object.metadata.name;
}

function byText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { neverGiven } from '../allocator/never-given.ts';
import type { PoolConfiguration } from '../allocator/pool-table.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../api/ip-address-pool.ts';
import { type Namespace, NamespaceKind } from '../api/kubernetes/namespace.ts';
import { type Node, NodeKind } from '../api/kubernetes/node.ts';
import { type Service, ServiceKind } from '../api/kubernetes/service.ts';
import { type ServiceCIDR, ServiceCIDRKind } from '../api/kubernetes/service-cidr.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../api/speaker-status.ts';
import { parseOrUndefined } from '../ip/address.ts';
import { type AddressRange, formatRange, parseRange, rangesOverlap } from '../ip/range.ts';
import { ObjectCache } from '../store/object-cache.ts';
import type { Store, WatchEvent } from '../store/store.ts';
import type { ControllerOptions } from './options.ts';

/** Who hears of changes in a {@link Snapshot}. */
export interface SnapshotListener {
  onService(event: WatchEvent<Service>): void;
  onPool(event: WatchEvent<IPAddressPool>): void;
  /** Something else has changed that decides what may be given: look at {@link Snapshot.configuration} again. */
  onSurroundings(): void;
}

/** Everything in the store that allocation depends on. */
export class Snapshot {
  readonly services: ObjectCache<Service>;
  readonly pools: ObjectCache<IPAddressPool>;
  /** Resolves when all of it is known. */
  readonly synced: Promise<void>;
  readonly #namespaces: ObjectCache<Namespace>;
  readonly #nodes: ObjectCache<Node>;
  readonly #speakers: ObjectCache<SpeakerStatus>;
  readonly #serviceCIDRs: ObjectCache<ServiceCIDR>;
  /** What of each object decides what may be given, as text; those of which nothing does are not in it. */
  readonly #decisive = new Map<string, string>();

  constructor(store: Store, listener: SnapshotListener) {
    const onSurroundings = () => listener.onSurroundings();
    this.#serviceCIDRs = new ObjectCache(store, ServiceCIDRKind, onSurroundings, { isOptional: true });
    this.services = new ObjectCache(store, ServiceKind, (event) => {
      const { externalIPs = [], clusterIPs = [] } = event.object.spec ?? {};
      const [serviceCIDR] = this.#serviceCIDRs.values();
      const isNews = this.#hasChanged(event, externalIPs);
      // Each is forgotten when it is next told of once the ranges are known, which is no news.
      const isNewsWithoutRanges = this.#hasChanged(event, serviceCIDR ? [] : clusterIPs, 'clusterIPs');
      if (isNews || (isNewsWithoutRanges && serviceCIDR === undefined)) onSurroundings();
      listener.onService(event);
    });
    this.pools = new ObjectCache(store, IPAddressPoolKind, (event) => {
      const { metadata, spec } = event.object;
      const { labels, creationTimestamp, deletionTimestamp } = metadata;
      if (this.#hasChanged(event, [labels, creationTimestamp, deletionTimestamp, spec])) onSurroundings();
      listener.onPool(event);
    });
    this.#namespaces = new ObjectCache(store, NamespaceKind, onSurroundings);
    this.#nodes = new ObjectCache(store, NodeKind, (event) => {
      const { spec, status } = event.object;
      if (
        this.#hasChanged(event, [event.object.metadata.name, ...(status?.addresses ?? []), ...(spec?.podCIDRs ?? [])])
      )
        onSurroundings();
    });
    this.#speakers = new ObjectCache(store, SpeakerStatusKind, (event) => {
      const interfaces = event.object.status?.interfaces ?? [];
      const occupied = interfaces.map(({ addresses, gateways }) => [addresses, gateways]);
      if (this.#hasChanged(event, occupied)) onSurroundings();
    });
    this.synced = Promise.all(this.#caches().map(({ synced }) => synced)).then(() => {});
  }

  /**
   * What the allocator is configured with, and a text that is equal for equal configurations.
   *
   * @param options what it depends on besides: see {@link ControllerOptions}
   */
  configuration({
    ownCopy = false,
    reserved = [],
  }: Pick<ControllerOptions, 'ownCopy' | 'reserved'>): PoolConfiguration & { readonly fingerprint: string } {
    const pools = [...this.pools.values()];
    const occupied = neverGiven({
      nodes: this.#nodes.values(),
      speakers: this.#speakers.values(),
      services: this.services.values(),
      serviceCIDRs: this.#serviceCIDRs.values(),
    });
    const excluded = [...occupied, ...reserved].filter(overlapsAny(pools));
    const namespaceLabels = new Map(
      [...this.#namespaces.values()].map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const),
    );
    const namedOnly = ownCopy && [...this.#nodes.values()].length > 1;
    const fingerprint = JSON.stringify([
      namedOnly,
      pools.map(({ metadata: { name, labels, creationTimestamp, deletionTimestamp }, spec }) => [
        name,
        labels,
        creationTimestamp,
        deletionTimestamp,
        spec,
      ]),
      excluded.map(formatRange),
      [...namespaceLabels],
    ]);
    return { pools, neverGiven: excluded, namespaceLabels, namedOnly, fingerprint };
  }

  /** Objects change often, by their own status too, and what decides anything seldom: whether it has. */
  #hasChanged({ type, object }: WatchEvent<KubernetesObject>, decisive: readonly unknown[], part = ''): boolean {
    const id = `${object.kind}/${keyText(keyOf(object))} ${part}`;
    const text = type === 'DELETED' || decisive.length === 0 ? undefined : JSON.stringify(decisive);
    if (this.#decisive.get(id) === text) return false;
    if (text === undefined) this.#decisive.delete(id);
    else this.#decisive.set(id, text);
    return true;
  }

  stop(): void {
    for (const cache of this.#caches()) cache.stop();
  }

  #caches(): readonly { readonly synced: Promise<void>; stop(): void }[] {
    return [this.services, this.pools, this.#namespaces, this.#nodes, this.#speakers, this.#serviceCIDRs];
  }
}

/** Nearly all that is occupied lies outside of the pools, and changes there concern nobody. */
function overlapsAny(pools: readonly IPAddressPool[]): (range: AddressRange) => boolean {
  const listed = pools.flatMap(({ spec }) =>
    spec.addresses.flatMap((text) => parseOrUndefined(text, parseRange) ?? []),
  );
  return (range) => listed.some((other) => rangesOverlap(range, other));
}

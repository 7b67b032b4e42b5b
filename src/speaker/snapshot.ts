import { decisiveInNode } from '../announcement/eligibility.ts';
import { decisiveInSlice, servedBy } from '../announcement/endpoints.ts';
import { findCondition } from '../api/conditions.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../api/ip-address-pool.ts';
import type { Kind } from '../api/kind.ts';
import { type EndpointSlice, EndpointSliceKind } from '../api/kubernetes/endpoint-slice.ts';
import { type Node, NodeKind } from '../api/kubernetes/node.ts';
import { type Service, ServiceKind } from '../api/kubernetes/service.ts';
import { type L2Advertisement, L2AdvertisementKind } from '../api/l2-advertisement.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import { ALLOCATED, READY } from '../api/reasons/reasons.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../api/speaker-status.ts';
import type { Store, Watch, WatchEvent } from '../store/store.ts';

/** Who hears of changes in a {@link Snapshot}. */
export interface SnapshotListener {
  /**
   * Something that plans are made of has changed. Not called before everything is there.
   *
   * @param former as it was before; undefined for an object that is new
   */
  onChange(object: KubernetesObject, former: KubernetesObject | undefined): void;
  onSpeakerStatus(event: WatchEvent<SpeakerStatus>): void;
}

/** Everything in the store that a speaker plans with, by `namespace/name`, as the store last told. */
export class Snapshot {
  readonly services = new Map<string, Service>();
  readonly pools = new Map<string, IPAddressPool>();
  readonly advertisements = new Map<string, L2Advertisement>();
  readonly nodes = new Map<string, Node>();
  readonly endpointSlices = new Map<string, EndpointSlice>();
  /** The same by Service, as `namespace/name`, and then by their own names. */
  readonly #slicesOf = new Map<string, Map<string, EndpointSlice>>();
  readonly speakers = new Map<string, SpeakerStatus>();
  /** Resolves when every object that was there at the start is known. */
  readonly synced: Promise<void>;
  readonly #store: Pick<Store, 'watch'>;
  readonly #listener: SnapshotListener;
  readonly #watches: Watch[] = [];
  #complete = false;

  constructor(store: Pick<Store, 'watch'>, listener: SnapshotListener) {
    this.#store = store;
    this.#listener = listener;
    this.synced = Promise.all([
      this.#watch(ServiceKind, this.services, { decisive: decisiveInService }),
      this.#watch(IPAddressPoolKind, this.pools, { decisive: decisiveInPool }),
      this.#watch(L2AdvertisementKind, this.advertisements, { decisive: ({ spec }) => spec }),
      this.#watch(NodeKind, this.nodes, { decisive: decisiveInNode }),
      this.#watch(EndpointSliceKind, this.endpointSlices, {
        decisive: decisiveInSlice,
        also: (event, former) => this.#file(event, former),
      }),
      this.#watch(SpeakerStatusKind, this.speakers, {
        decisive: ({ status }) => status?.interfaces,
        also: (event) => listener.onSpeakerStatus(event),
      }),
    ]).then(() => {
      this.#complete = true;
    });
  }

  /** The slices of a Service. */
  slicesOf(service: string): readonly EndpointSlice[] {
    return [...(this.#slicesOf.get(service)?.values() ?? [])];
  }

  stop(): void {
    for (const watch of this.#watches) watch.stop();
  }

  /** Notes of which Service a slice is a part now. */
  #file({ type, object }: WatchEvent<EndpointSlice>, former: EndpointSlice | undefined): void {
    const name = keyText(keyOf(object));
    const before = former && servedBy(former);
    if (before !== undefined) {
      const slices = this.#slicesOf.get(before);
      slices?.delete(name);
      if (slices?.size === 0) this.#slicesOf.delete(before);
    }
    const service = servedBy(object);
    if (type === 'DELETED' || service === undefined) return;
    const slices = this.#slicesOf.get(service) ?? new Map<string, EndpointSlice>();
    this.#slicesOf.set(service, slices.set(name, object));
  }

  #watch<T extends KubernetesObject>(
    kind: Kind<T>,
    objects: Map<string, T>,
    { also, decisive }: Looks<T> = {},
  ): Promise<void> {
    return new Promise((resolve) => {
      const onEvent = (event: WatchEvent<T>): void => {
        const key = keyText(keyOf(event.object));
        const former = objects.get(key);
        if (event.type === 'DELETED') objects.delete(key);
        else objects.set(key, event.object);
        also?.(event, former);
        if (!this.#complete) return;
        const isNews = decisive === undefined || former === undefined || event.type !== 'MODIFIED';
        if (isNews || text(decisive(former)) !== text(decisive(event.object))) {
          this.#listener.onChange(event.object, former);
        }
      };
      this.#watches.push(this.#store.watch(kind, { onEvent, onSynced: resolve }));
    });
  }
}

/** What of a pool decides anything: its counters change with every address. */
function decisiveInPool({ metadata, spec, status }: IPAddressPool): unknown {
  const ready = findCondition(status?.conditions, READY)?.status;
  return [metadata.labels, metadata.creationTimestamp, spec, ready, status?.retained];
}

/** How the objects of a kind are looked at. */
interface Looks<T extends KubernetesObject> {
  readonly also?: (event: WatchEvent<T>, former: T | undefined) => void;
  /** What of an object plans are made of; all of it when absent. Many change all the time in what is not. */
  readonly decisive?: (object: T) => unknown;
}

/** All but what the controller says of announcements, and what nobody reads. */
function decisiveInService({ metadata, spec, status }: Service): unknown {
  const { labels, annotations, creationTimestamp, deletionTimestamp } = metadata;
  const isAllocated = findCondition(status?.conditions, ALLOCATED)?.status;
  return [labels, annotations, creationTimestamp, deletionTimestamp, spec, status?.loadBalancer, isAllocated];
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

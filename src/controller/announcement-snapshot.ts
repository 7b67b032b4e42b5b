import { decisiveInNode } from '../announcement/eligibility.ts';
import { Endpoints, servedBy } from '../announcement/endpoints.ts';
import type { AnnouncementInput } from '../announcement/input.ts';
import { type EndpointSlice, EndpointSliceKind } from '../api/kubernetes/endpoint-slice.ts';
import { type Lease, LeaseKind } from '../api/kubernetes/lease.ts';
import { type Node, NodeKind } from '../api/kubernetes/node.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { type L2Advertisement, L2AdvertisementKind } from '../api/l2-advertisement.ts';
import type { KubernetesObject } from '../api/object.ts';
import { type SpeakerReport, type SpeakerStatus, SpeakerStatusKind } from '../api/speaker-status.ts';
import { ObjectCache } from '../store/object-cache.ts';
import type { Store, WatchEvent } from '../store/store.ts';
import { DecisiveChanges } from './decisive-changes.ts';

/** Who hears of changes in an {@link AnnouncementSnapshot}. */
export interface AnnouncementListener {
  onSpeaker(event: WatchEvent<SpeakerStatus>): void;
  onLease(event: WatchEvent<Lease>): void;
  /** Something has changed that decides who is to announce what. */
  onSurroundings(): void;
  /** The endpoints of a Service for which they matter have changed. */
  onEndpoints(service: string): void;
  /** Whether its endpoints decide who may announce the Service. */
  dependsOnEndpoints(service: string): boolean;
}

/** Everything in the store, but for Services and pools, that decides who announces what. */
export class AnnouncementSnapshot {
  /** Resolves when all of it is known. */
  readonly synced: Promise<void>;
  readonly #listener: AnnouncementListener;
  readonly #advertisements: ObjectCache<L2Advertisement>;
  readonly #nodes: ObjectCache<Node>;
  readonly #endpointSlices: ObjectCache<EndpointSlice>;
  readonly #speakers: ObjectCache<SpeakerStatus>;
  readonly #leases: ObjectCache<Lease>;
  /** Of the slices as they are now; undefined where that has to be made. */
  #endpoints: Endpoints | undefined;
  readonly #changes = new DecisiveChanges();

  constructor(store: Store, listener: AnnouncementListener) {
    this.#listener = listener;
    this.#advertisements = new ObjectCache(store, L2AdvertisementKind, (event) => {
      this.#look(event, event.object.spec);
    });
    this.#nodes = new ObjectCache(store, NodeKind, (event) => this.#look(event, decisiveInNode(event.object)));
    this.#endpointSlices = new ObjectCache(store, EndpointSliceKind, ({ object }) => {
      this.#endpoints = undefined;
      const service = servedBy(object);
      if (service === undefined || !listener.dependsOnEndpoints(service)) return;
      listener.onEndpoints(service);
      listener.onSurroundings();
    });
    this.#speakers = new ObjectCache(store, SpeakerStatusKind, (event) => {
      listener.onSpeaker(event);
      const { interfaces = [], sessions = [], unlisted = 0 } = event.object.status ?? {};
      const states = sessions.map(({ peer, state, lastError, families, notCarried, oversized }) => {
        return [peer, state === 'Established' || lastError?.text, families, notCarried, oversized?.examples];
      });
      this.#look(event, [interfaces, states, unlisted > 0]);
    });
    this.#leases = new ObjectCache(store, LeaseKind, (event) => listener.onLease(event));
    this.synced = Promise.all(this.#caches().map(({ synced }) => synced)).then(() => {});
  }

  /** The nodes that have a SpeakerStatus. */
  *reporting(): Generator<string> {
    for (const { metadata } of this.#speakers.values()) yield metadata.name;
  }

  get hasReports(): boolean {
    return this.#speakers.size > 0;
  }

  /** What plans are made of. Who holds what now is left out: it decides only about addresses that somebody announces. */
  surroundings(isAlive: (node: string) => boolean): Omit<AnnouncementInput, 'services'> {
    const speakers = [...this.#speakers.values()].map((speaker) => ({
      ...speaker,
      status: { ...speaker.status, l2: [] },
    }));
    return {
      advertisements: [...this.#advertisements.values()],
      speakers,
      // Without any report the answer is the same for all nodes, and there may be thousands.
      nodes: speakers.length === 0 ? [] : [...this.#nodes.values()],
      endpointSlices: [...this.#endpointSlices.values()],
      alive: new Set(speakers.map(({ metadata }) => metadata.name).filter(isAlive)),
    };
  }

  /** Whether only nodes with an endpoint of the Service can forward to it, and there is none that serves. */
  isUnserved(service: Service): boolean {
    if (service.spec?.externalTrafficPolicy !== 'Local') return false;
    this.#endpoints ??= new Endpoints([...this.#endpointSlices.values()]);
    return this.#endpoints.serves(service) === false;
  }

  /** The BGP sessions that a node reports. */
  sessionsOf(node: string): NonNullable<SpeakerReport['sessions']> {
    return this.#speakers.get(node)?.status?.sessions ?? [];
  }

  stop(): void {
    for (const cache of this.#caches()) cache.stop();
  }

  #look(event: WatchEvent<KubernetesObject>, decisive: unknown): void {
    if (this.#changes.isNews(event, decisive)) this.#listener.onSurroundings();
  }

  #caches(): readonly { readonly synced: Promise<void>; stop(): void }[] {
    return [this.#advertisements, this.#nodes, this.#endpointSlices, this.#speakers, this.#leases];
  }
}

import { bgpFaults } from '../announcement/bgp/advertisement-faults.ts';
import { Uses } from '../announcement/bgp/uses.ts';
import { decisiveInNode } from '../announcement/eligibility.ts';
import type { AnnouncedService } from '../announcement/input.ts';
import { labelledNode } from '../announcement/nodes.ts';
import { BERTH_NAMESPACE } from '../api/access.ts';
import { type BFDProfile, BFDProfileKind } from '../api/bfd-profile.ts';
import { type BGPAdvertisement, BGPAdvertisementKind } from '../api/bgp-advertisement.ts';
import { type BGPPeer, BGPPeerKind } from '../api/bgp-peer.ts';
import { type Community, CommunityKind } from '../api/community.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { type Node, NodeKind } from '../api/kubernetes/node.ts';
import { keysOf, type Secret, SecretKind } from '../api/kubernetes/secret.ts';
import { ObjectCache } from '../store/object-cache.ts';
import { DecisiveChanges } from './decisive-changes.ts';
import type { ObjectWithConditions } from './object-with-conditions.ts';
import { ReadinessWriter, type ReadinessWriterOptions } from './readiness-writer.ts';
import { UseFinalizers } from './use-finalizers.ts';

/** What a {@link BgpReadiness} works with. */
export interface BgpReadinessOptions
  extends Pick<ReadinessWriterOptions<BGPPeer>, 'store' | 'leadership' | 'logger' | 'metrics' | 'now'> {
  pools(): Iterable<IPAddressPool>;
  /** Those that hold an address. */
  services(): readonly AnnouncedService[];
  /** {@link BgpReadiness.objects} says something else. */
  onChange(): void;
}

/** Keeps the condition `Ready` of BGPPeers, BGPAdvertisements, BFDProfiles and Communities, and what others name of these. */
export class BgpReadiness {
  readonly #options: BgpReadinessOptions;
  readonly #peers: ReadinessWriter<BGPPeer>;
  readonly #advertisements: ReadinessWriter<BGPAdvertisement>;
  readonly #profiles: ReadinessWriter<BFDProfile>;
  readonly #communities: ReadinessWriter<Community>;
  readonly #usedProfiles: UseFinalizers<BFDProfile>;
  readonly #usedCommunities: UseFinalizers<Community>;
  readonly #nodes: ObjectCache<Node>;
  readonly #secrets: ObjectCache<Secret>;
  readonly #nodeChanges = new DecisiveChanges();
  #hasSecrets = false;
  #isSynced = false;
  #isActive = false;
  #turn: NodeJS.Immediate | undefined;

  constructor(options: BgpReadinessOptions) {
    this.#options = options;
    const { store, leadership, logger, metrics, now } = options;
    const shared = { store, leadership, logger, metrics, now, onEvent: () => this.changed() };
    this.#peers = new ReadinessWriter({ ...shared, kind: BGPPeerKind });
    this.#advertisements = new ReadinessWriter({ ...shared, kind: BGPAdvertisementKind });
    this.#profiles = new ReadinessWriter({ ...shared, kind: BFDProfileKind });
    this.#communities = new ReadinessWriter({ ...shared, kind: CommunityKind });
    this.#usedProfiles = new UseFinalizers({ store, leadership, logger, kind: BFDProfileKind });
    this.#usedCommunities = new UseFinalizers({ store, leadership, logger, kind: CommunityKind });
    this.#nodes = new ObjectCache(store, NodeKind, (event) => {
      // Nodes change all the time in what no peer or route depends on: each tells of itself every five minutes.
      const decisive = [decisiveInNode(event.object), event.object.status?.addresses];
      if (this.#nodeChanges.isNews(event, decisive)) this.changed();
    });
    this.#secrets = new ObjectCache(store, SecretKind, () => this.changed());
    void this.#secrets.synced.then(() => {
      this.#hasSecrets = true;
      this.changed();
    });
    void Promise.all([...this.#writers(), this.#nodes].map(({ synced }) => synced)).then(() => {
      this.#isSynced = true;
      this.changed();
    });
  }

  /** Whether all objects are known. Until then those that are known say nothing of what is to be advertised. */
  get isKnown(): boolean {
    return this.#isSynced;
  }

  /** Whether anything is to be advertised. */
  hasAdvertisements(): boolean {
    return !this.#advertisements.isEmpty;
  }

  objects() {
    const own = [...this.#secrets.values()].filter(({ metadata }) => metadata.namespace === BERTH_NAMESPACE);
    return {
      peers: this.#peers.objects(),
      advertisements: this.#advertisements.objects(),
      profiles: this.#profiles.objects(),
      communities: this.#communities.objects(),
      pools: [...this.#options.pools()],
      secrets: this.#hasSecrets ? new Map(own.map((each) => [each.metadata.name, keysOf(each)])) : undefined,
    };
  }

  /** Those whose condition it keeps. */
  all(): readonly ObjectWithConditions[] {
    return this.#writers().flatMap((writer): readonly ObjectWithConditions[] => writer.objects());
  }

  /** How much remains to be written, or to be judged. */
  get size(): number {
    const writers = [...this.#writers(), ...this.#finalizers()];
    return writers.reduce((sum, { size }) => sum + size, this.#turn === undefined ? 0 : 1);
  }

  /** This process writes from now on. */
  begin(): void {
    this.#isActive = true;
    this.changed();
  }

  /** Something has changed that the objects may be judged by. */
  changed(): void {
    if (!this.#isSynced) return;
    this.#options.onChange();
    if (!this.#isActive) return;
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#judge();
    });
  }

  /** Services have come, changed or gone: some advertisements conflict by those that they select. */
  servicesChanged(): void {
    if (this.#advertisements.objects().some(({ spec }) => (spec.serviceSelectors ?? []).length > 0)) this.changed();
  }

  /** Another process writes from now on. */
  clear(): void {
    this.#isActive = false;
    clearImmediate(this.#turn);
    this.#turn = undefined;
    for (const writer of [...this.#writers(), ...this.#finalizers()]) writer.clear();
  }

  async stop(): Promise<void> {
    this.clear();
    this.#nodes.stop();
    this.#secrets.stop();
    await Promise.all([...this.#writers(), ...this.#finalizers()].map((writer) => writer.stop()));
  }

  #judge(): void {
    const objects = this.objects();
    const { peers, advertisements, profiles, communities } = objects;
    if ([peers, advertisements, profiles, communities].every(({ length }) => length === 0)) return;
    const nodes = [...this.#nodes.values()].map((node) => labelledNode(node.metadata.name, node));
    const faults = bgpFaults(objects, { nodes, services: this.#options.services() });
    this.#peers.judge(peers, faults);
    this.#advertisements.judge(advertisements, faults);
    this.#profiles.judge(profiles, faults);
    this.#communities.judge(communities, faults);
    const uses = new Uses(objects);
    const isUsed = (object: BFDProfile | Community) => uses.of(object).length > 0;
    this.#usedProfiles.judge(profiles, isUsed);
    this.#usedCommunities.judge(communities, isUsed);
  }

  #writers() {
    return [this.#peers, this.#advertisements, this.#profiles, this.#communities];
  }

  #finalizers() {
    return [this.#usedProfiles, this.#usedCommunities];
  }
}

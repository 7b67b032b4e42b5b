import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import { Advertisements } from '../advertisements.ts';
import type { LabelledNode } from '../nodes.ts';
import { compareAge } from './age.ts';
import { type PoolEntry, poolEntries } from './aggregate.ts';
import { CommunityNames } from './community-names.ts';
import type { BgpObjects } from './input.ts';
import type { NodePeerings } from './peering.ts';
import { Peers } from './peers.ts';
import { type AdvertisedAttributes, GRACEFUL_SHUTDOWN, mergeAttributes } from './route-attributes.ts';

/** The objects for BGP, worked out: what is the same for all Services and nodes. */
export class BgpConfiguration {
  readonly advertisements: Advertisements<BGPAdvertisement>;
  readonly communities: CommunityNames;
  readonly peers: Peers;
  readonly #entries: ReadonlyMap<string, readonly PoolEntry[]>;
  readonly #ages: ReadonlyMap<BGPAdvertisement, number>;
  readonly #attributes = new Map<string, AdvertisedAttributes>();

  constructor(objects: BgpObjects) {
    const pools = objects.pools.map(({ metadata }) => metadata.name);
    this.advertisements = new Advertisements(objects.advertisements, pools, 'BGPAdvertisement');
    this.communities = new CommunityNames(objects.communities);
    this.peers = new Peers(objects);
    this.#entries = new Map(objects.pools.map((pool) => [pool.metadata.name, poolEntries(pool)]));
    this.#ages = new Map([...objects.advertisements].sort(compareAge).map((each, age) => [each, age]));
  }

  /** The sessions that a node is to have. */
  peeringsOn(node: LabelledNode): NodePeerings {
    return this.peers.on(node);
  }

  /** The entries of a pool; none for one that is not known. */
  entriesOf(pool: string | undefined): readonly PoolEntry[] {
    return (pool === undefined ? undefined : this.#entries.get(pool)) ?? [];
  }

  /** The attributes of a route that these advertisements ask for; equal answers are one object. */
  attributesOf(advertisements: readonly BGPAdvertisement[], isShuttingDown: boolean): AdvertisedAttributes {
    const byAge = [...advertisements].sort((a, b) => (this.#ages.get(a) ?? 0) - (this.#ages.get(b) ?? 0));
    const key = JSON.stringify([isShuttingDown, byAge.map((each) => this.#ages.get(each))]);
    let attributes = this.#attributes.get(key);
    if (attributes === undefined) {
      const asked = mergeAttributes(byAge, this.communities, isShuttingDown ? [GRACEFUL_SHUTDOWN] : []);
      // RFC 8326 section 4.2: internal peers are told by LOCAL_PREF as well.
      attributes = isShuttingDown ? { ...asked, localPref: 0 } : asked;
      this.#attributes.set(key, attributes);
    }
    return attributes;
  }
}

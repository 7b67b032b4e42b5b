import type { BFDProfile } from '../../api/bfd-profile.ts';
import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import type { BGPPeer } from '../../api/bgp-peer.ts';
import type { Community } from '../../api/community.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';

/** The objects that say what is advertised, to whom and how. The order of the lists does not matter. */
export interface BgpObjects {
  readonly peers: readonly BGPPeer[];
  readonly advertisements: readonly BGPAdvertisement[];
  readonly profiles: readonly BFDProfile[];
  readonly communities: readonly Community[];
  /** What an aggregate must stay within. */
  readonly pools: readonly IPAddressPool[];
  /** The keys that each Secret of our own namespace has, by its name; undefined where Secrets cannot be seen. */
  readonly secrets?: ReadonlyMap<string, readonly string[]> | undefined;
}

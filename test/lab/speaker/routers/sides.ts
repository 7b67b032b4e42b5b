import { BgpConfiguration } from '../../../../src/announcement/bgp/configuration.ts';
import type { AdvertisedAttributes } from '../../../../src/announcement/bgp/route-attributes.ts';
import { labelledNode } from '../../../../src/announcement/nodes.ts';
import type { RouterSide } from '../../../../src/router-config/router-side.ts';
import type { AssignedPeer } from '../../../../src/speaker/wire/bgp-messages.ts';
import { advertisement, objects, peer, pool, profile } from '../../../announcement/bgp/objects.ts';
import { router, speaker } from '../../../router-config/objects.ts';

/** A session by the objects that both of its sides are made from. */
export interface SessionObjects {
  /** What differs from a BGPPeer of AS 64513 at 192.0.2.1, with our AS 64512; undefined takes away. */
  readonly peer?: object;
  /** Of the BFDProfile that guards it. */
  readonly bfd?: object;
}

export interface Sides {
  /** Ours, as the speaker hands it to its worker. */
  readonly node: AssignedPeer;
  /** What is said of every route. */
  readonly attributes: AdvertisedAttributes;
  /** The router's, as `berth router-config` has it. */
  readonly router: RouterSide;
}

const PEER = { myASN: 64_512, peerASN: 64_513, routerID: '192.0.2.11', connectTime: '1s' };
/** The AS number of a router whose AS may be any. */
const CHOSEN_AS = 64_513;
const ADVERTISEMENT = { communities: ['64512:7', 'large:64512:1:2'], localPref: 300 };

/** Both sides of a session of node n1, which reports these addresses. */
export function sidesOf({ peer: spec, bfd }: SessionObjects, addresses: readonly string[]): Sides {
  const guarded = bfd === undefined ? {} : { bfdProfile: 'fast' };
  const advertisements = [advertisement('all', ADVERTISEMENT)];
  const given = {
    peers: [peer('tor', { ...PEER, ...guarded, ...spec })],
    profiles: bfd === undefined ? [] : [profile('fast', bfd)],
    pools: [pool('public', ['198.51.100.0/24', '2001:db8:1::/64'])],
    advertisements,
    speakers: [speaker('n1', addresses)],
  };
  const configuration = new BgpConfiguration(objects(given));
  const [peering] = configuration.peeringsOn(labelledNode('n1', undefined)).peerings;
  if (peering === undefined) throw new Error('the peer has no session on n1');
  const { password: source, vrf: _vrf, ...rest } = peering;
  const password = source?.from === 'Spec' ? source.password : undefined;
  return {
    node: { ...rest, password },
    attributes: configuration.attributesOf(advertisements, false),
    router: router(given, { asNumber: CHOSEN_AS, password }),
  };
}

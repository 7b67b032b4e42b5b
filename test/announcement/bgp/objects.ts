import { BgpConfiguration } from '../../../src/announcement/bgp/configuration.ts';
import type { BgpObjects } from '../../../src/announcement/bgp/input.ts';
import { NodeRoutes } from '../../../src/announcement/bgp/node-routes.ts';
import { type LabelledNode, labelledNode } from '../../../src/announcement/nodes.ts';
import { type BFDProfile, BFDProfileKind } from '../../../src/api/bfd-profile.ts';
import { type BGPAdvertisement, BGPAdvertisementKind } from '../../../src/api/bgp-advertisement.ts';
import { type BGPPeer, BGPPeerKind } from '../../../src/api/bgp-peer.ts';
import { type Community, CommunityKind } from '../../../src/api/community.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../../../src/api/ip-address-pool.ts';
import type { Kind } from '../../../src/api/kind.ts';
import type { KubernetesObject } from '../../../src/api/object.ts';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { formatAddress } from '../../../src/ip/address.ts';
import type { Prefix } from '../../../src/ip/prefix.ts';

/** Its name, or more of its metadata. */
type Metadata = string | { readonly name: string; readonly [member: string]: unknown };

function object<T extends KubernetesObject>(kind: Kind<T>, metadata: Metadata, spec: object): T {
  const named = typeof metadata === 'string' ? { name: metadata } : metadata;
  return mustParse(kind, { apiVersion: kind.apiVersion, kind: kind.kind, metadata: named, spec });
}

/** A peer in AS 64501 at 192.0.2.1, unless told otherwise; undefined takes away. */
export function peer(metadata: Metadata = 'tor', spec: object = {}): BGPPeer {
  const all = { myASN: 64500, peerASN: 64501, peerAddress: '192.0.2.1', ...spec };
  return object(
    BGPPeerKind,
    metadata,
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  );
}

export function advertisement(metadata: Metadata = 'default', spec: object = {}): BGPAdvertisement {
  return object(BGPAdvertisementKind, metadata, spec);
}

export function profile(metadata: Metadata, spec: object = {}): BFDProfile {
  return object(BFDProfileKind, metadata, spec);
}

/** A Community with these names and values. */
export function community(metadata: Metadata, values: Readonly<Record<string, string>>): Community {
  const communities = Object.entries(values).map(([name, value]) => ({ name, value }));
  return object(CommunityKind, metadata, { communities });
}

export function pool(name = 'public', addresses: readonly string[] = ['192.0.2.0/24', '2001:db8::/64']): IPAddressPool {
  return object(IPAddressPoolKind, name, { addresses });
}

/** One peer that every node has, one advertisement of all pools; or what is given. */
export function objects(given: Partial<BgpObjects> = {}): BgpObjects {
  return {
    peers: [peer()],
    advertisements: [advertisement()],
    profiles: [],
    communities: [],
    pools: [pool()],
    ...given,
  };
}

/** A node that is known by its name alone. */
export const n1: LabelledNode = labelledNode('n1', undefined);

/** The routes of a node, before any Service is known. */
export function routesOf(given: Partial<BgpObjects> = {}, node: LabelledNode = n1, isShuttingDown = false): NodeRoutes {
  return new NodeRoutes(new BgpConfiguration(objects(given)), node, { isShuttingDown });
}

export function text({ address, length }: Prefix): string {
  return `${formatAddress(address)}/${length}`;
}

/** The prefixes that a peer is told, sorted. */
export function told(routes: NodeRoutes, to = 'tor'): readonly string[] {
  return [...routes.routesTo(to)].map(([prefix]) => text(prefix)).sort();
}

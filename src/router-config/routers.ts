import { BgpConfiguration } from '../announcement/bgp/configuration.ts';
import type { BgpObjects } from '../announcement/bgp/input.ts';
import type { Peering } from '../announcement/bgp/peering.ts';
import { concerns } from '../announcement/bgp/routes.ts';
import { type LabelledNode, labelledNode } from '../announcement/nodes.ts';
import { isLinkLocalIPv6, readAddress } from '../api/fields/router-address.ts';
import type { Node } from '../api/kubernetes/node.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import { type Address, formatAddress, parseOrUndefined } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { parsePrefix, prefixContains } from '../ip/prefix.ts';
import { acceptedPrefixes, mostPrefixes } from './accepted-prefixes.ts';
import type { RouterNeighbour, RouterPassword, RouterSide } from './router-side.ts';

/** What a router's side of a BGPPeer is made from. `advertisements` are those of BGP. */
export interface RoutersInput extends BgpObjects {
  readonly nodes: readonly Node[];
  readonly speakers: readonly SpeakerStatus[];
}

/** What is not in the objects. */
export interface RouterChoices {
  /** The AS number of the router, where the BGPPeer says `dynamicASN`. */
  readonly asNumber?: number | undefined;
  /** The password to write; a placeholder stands for it where absent. */
  readonly password?: string | undefined;
}

/** The routers that one BGPPeer is: several where `nodeOverrides` send nodes elsewhere. */
export interface RouterSides {
  readonly routers: readonly RouterSide[];
  /** Nodes without a session, or whose end of it is not known. */
  readonly missing: readonly { readonly node: string; readonly why: string }[];
}

/** What stands for a password. It is valid in each configuration, and is nobody's password. */
export const PASSWORD_PLACEHOLDER = 'REPLACE-BY-THE-PASSWORD';

/** The routers of a BGPPeer, by address, and what cannot be told. */
export function routersOf(peer: string, input: RoutersInput, choices: RouterChoices): RouterSides {
  const configuration = new BgpConfiguration(input);
  const missing: { node: string; why: string }[] = [];
  const byRouter = new Map<string, { readonly peering: Peering; readonly neighbours: RouterNeighbour[] }>();
  for (const node of nodesOf(input)) {
    const { peerings, barred } = configuration.peeringsOn(node);
    const bar = barred.find((each) => each.peer === peer);
    if (bar !== undefined) missing.push({ node: node.name, why: bar.detail });
    const peering = peerings.find((each) => each.peer === peer);
    if (peering === undefined) continue;
    const end = endOf(peering, node, input.speakers);
    if (end === undefined) {
      const why =
        peering.vrf === undefined
          ? 'no SpeakerStatus of it, and no InternalIP of that family'
          : `what it has in the VRF ${peering.vrf} is not reported: set sourceAddress in spec.nodeOverrides`;
      missing.push({ node: node.name, why: `the address of its end is not known: ${why}` });
      continue;
    }
    const key = JSON.stringify([peering.address, peering.peerAs]);
    const router = byRouter.get(key) ?? { peering, neighbours: [] };
    byRouter.set(key, router);
    router.neighbours.push({ node: node.name, asNumber: peering.localAs, ...end });
  }
  const routers = [...byRouter].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  return { routers: routers.map((each) => side(each.peering, each.neighbours, input, choices)), missing };
}

function side(
  peering: Peering,
  neighbours: readonly RouterNeighbour[],
  input: RoutersInput,
  choices: RouterChoices,
): RouterSide {
  const { peer, families, bfd, holdTime } = peering;
  const accepted = { peer, families, advertisements: input.advertisements, pools: input.pools };
  return {
    peer,
    address: isByInterface(peering) ? undefined : peering.address,
    isUnnumbered: peering.address === undefined,
    asNumber: asNumberOf(peering, choices),
    port: peering.port,
    neighbours,
    families,
    extendedNextHop: peering.extendedNextHop,
    holdTime,
    keepaliveTime: peering.keepaliveTime ?? Math.floor(holdTime / 3),
    password: passwordOf(peering, choices),
    // What we want to send is what the router has to receive.
    bfd: bfd && {
      transmitInterval: bfd.receiveInterval,
      receiveInterval: bfd.transmitInterval,
      detectMultiplier: bfd.detectMultiplier,
    },
    keepsRoutes: peering.gracefulRestartTime !== undefined,
    multihop: peering.multihop,
    ttlSecurityHops: peering.ttlSecurityHops,
    accepted: acceptedPrefixes(accepted),
    mostPrefixes: { IPv4: mostPrefixes(accepted, 'IPv4'), IPv6: mostPrefixes(accepted, 'IPv6') },
    communities: communitiesTo(peer, input),
  };
}

/** Of a router whose AS may be any, the one that was chosen; our own where it has to be that. */
function asNumberOf({ peerAs, localAs }: Peering, { asNumber }: RouterChoices): number {
  if (typeof peerAs === 'number') return peerAs;
  return peerAs === 'internal' ? localAs : (asNumber ?? 0);
}

function passwordOf({ password }: Peering, choices: RouterChoices): RouterPassword | undefined {
  if (password === undefined) return undefined;
  return choices.password === undefined
    ? { text: PASSWORD_PLACEHOLDER, isPlaceholder: true }
    : { text: choices.password, isPlaceholder: false };
}

function communitiesTo(peer: string, { advertisements, communities }: RoutersInput): readonly string[] {
  const values = new Map(
    communities.flatMap(({ spec }) => (spec.communities ?? []).map(({ name, value }) => [name, value] as const)),
  );
  const named = advertisements.filter((each) => concerns(each, { peer })).flatMap(({ spec }) => spec.communities ?? []);
  return [...new Set(named.map((text) => values.get(text) ?? text))].sort();
}

function nodesOf({ nodes, speakers }: RoutersInput): readonly LabelledNode[] {
  const objects = new Map(nodes.map((node) => [node.metadata.name, node]));
  const names = new Set([...objects.keys(), ...speakers.map(({ metadata }) => metadata.name)]);
  return [...names].sort().map((name) => labelledNode(name, objects.get(name)));
}

/** A link-local address means something on one link alone: the router names its own interface instead. */
function isByInterface({ address, interface: link }: Peering): boolean {
  return address === undefined || link !== undefined;
}

/**
 * Our end of a session: its source address, else our address in the subnet of the router, else the node's own; in a VRF its
 * source address alone, as what else a node has there is not reported.
 */
function endOf(
  peering: Peering,
  { name, object }: LabelledNode,
  speakers: readonly SpeakerStatus[],
): Pick<RouterNeighbour, 'address' | 'linkLocal' | 'isAdjacent'> | undefined {
  const report = speakers.find(({ metadata }) => metadata.name === name)?.status;
  if (isByInterface(peering)) {
    return { address: undefined, linkLocal: linkLocalOn(peering, report), isAdjacent: true };
  }
  const router = readAddress(peering.address ?? '');
  if (router === undefined) return undefined;
  const own = (report?.interfaces ?? []).flatMap(({ addresses = [] }) =>
    addresses.flatMap((text) => parseOrUndefined(text, parsePrefix) ?? []),
  );
  const near = own.find((prefix) => prefixContains(prefix, router))?.address;
  const source = peering.sourceAddress === undefined ? undefined : readAddress(peering.sourceAddress);
  if (peering.vrf !== undefined) return source && { address: formatAddress(source), isAdjacent: !peering.multihop };
  if (source !== undefined) return { address: formatAddress(source), isAdjacent: near !== undefined };
  const address = near ?? internalAddress(object, router.family) ?? firstOf(own, router.family);
  return address && { address: formatAddress(address), isAdjacent: near !== undefined };
}

/** Our end of a session with a router that is known by a link-local address; an unnumbered one learns ours as we do its. */
function linkLocalOn({ address, interface: link }: Peering, report: SpeakerStatus['status']): string | undefined {
  if (address === undefined) return undefined;
  const { addresses = [] } = report?.interfaces?.find(({ name }) => name === link) ?? {};
  return addresses.map((text) => text.split('/')[0] ?? '').find(isLinkLocalIPv6);
}

function internalAddress(node: Node | undefined, family: IPFamily): Address | undefined {
  const internal = node?.status?.addresses?.filter(({ type }) => type === 'InternalIP') ?? [];
  return internal.map(({ address }) => readAddress(address)).find((address) => address?.family === family);
}

function firstOf(prefixes: readonly { readonly address: Address }[], family: IPFamily): Address | undefined {
  return prefixes.find(({ address }) => address.family === family)?.address;
}

import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import { keyOf, keyText } from '../../api/object.ts';
import type { WithheldReason } from '../../api/reasons/announcement.ts';
import { formatAddress, parseAddress, parseOrUndefined } from '../../ip/address.ts';
import { formatPrefix, type Prefix } from '../../ip/prefix.ts';
import { notSelected } from '../advertisements.ts';
import type { Bar } from '../bar.ts';
import type { Endpoints } from '../endpoints.ts';
import type { AnnouncedService } from '../input.ts';
import type { LabelledNode } from '../nodes.ts';
import { advertisedPrefix, aggregationLength } from './aggregate.ts';
import type { BgpConfiguration } from './configuration.ts';
import type { BarredPeer, Peering } from './peering.ts';
import { endpointBar, nodeBar } from './serving.ts';

/** One advertisement's wish that a prefix be advertised for one address of one Service. */
export interface Wish {
  /** The address, in the text form of RFC 5952. */
  readonly address: string;
  readonly prefix: Prefix;
  /** The prefix as text: the same for the same network. */
  readonly key: string;
  readonly advertisement: BGPAdvertisement;
}

/** Why an address of a Service is not advertised, by the node at all or to one peer. */
export interface WithheldRoute {
  /** In the text form of RFC 5952. */
  readonly address: string;
  /** Undefined where it concerns every peer. */
  readonly peer?: string | undefined;
  readonly reason: WithheldReason;
  /** For people: names the object at fault and the remedy. */
  readonly detail: string;
}

/** What one node makes of one Service. */
export interface Judgement {
  readonly wishes: readonly Wish[];
  readonly withheld: readonly WithheldRoute[];
}

/** One node, as it advertises. */
export interface AdvertisingNode {
  readonly node: LabelledNode;
  readonly peerings: readonly Peering[];
  readonly barred: readonly BarredPeer[];
  /** It is about to withdraw: a drain does not bar it yet, and its routes say so (RFC 8326). */
  readonly isShuttingDown: boolean;
}

/** What a node advertises for the addresses of a Service, and why not more. Text that is no address is passed over. */
export function judge(
  { service, addresses }: AnnouncedService,
  at: AdvertisingNode,
  endpoints: Endpoints,
  configuration: BgpConfiguration,
): Judgement {
  const wishes: Wish[] = [];
  const withheld: WithheldRoute[] = [];
  for (const held of addresses) {
    const address = parseOrUndefined(held.address, parseAddress);
    if (address === undefined) continue;
    const text = formatAddress(address);
    const coverage = configuration.advertisements.covering(held.pool, service);
    const selecting = configuration.advertisements.selecting(at.node, coverage.ofService);
    const bar =
      (selecting.length === 0 ? notSelected(at.node, coverage) : undefined) ??
      nodeBar(at.node, at.isShuttingDown) ??
      endpointBar(service, address.family, at.node, endpoints) ??
      peerBar(at);
    if (bar !== undefined) {
      withheld.push({ address: text, ...bar });
      continue;
    }
    const entries = configuration.entriesOf(held.pool?.name);
    for (const advertisement of selecting) {
      const prefix = advertisedPrefix(address, aggregationLength(advertisement, address.family), entries);
      wishes.push({ address: text, prefix, key: formatPrefix(prefix), advertisement });
    }
    for (const peering of at.peerings) {
      const peerBarred = selecting.some((advertisement) => concerns(advertisement, peering))
        ? familyBar(peering, address.family, keyText(keyOf(service)))
        : notNamed(peering, selecting);
      if (peerBarred !== undefined) withheld.push({ address: text, peer: peering.peer, ...peerBarred });
    }
  }
  return { wishes, withheld };
}

/** Whether an advertisement is for a peer: it names it, or names none. */
export function concerns({ spec }: BGPAdvertisement, { peer }: Pick<Peering, 'peer'>): boolean {
  const peers = spec.peers ?? [];
  return peers.length === 0 || peers.includes(peer);
}

function peerBar({ node, peerings, barred }: AdvertisingNode): Bar | undefined {
  if (peerings.length > 0) return undefined;
  const why = barred.map(({ peer, detail }) => `BGPPeer ${peer}: ${detail}`);
  const detail =
    why.length > 0
      ? `node ${node.name} has no session: ${why.join('; ')}`
      : `no BGPPeer is for node ${node.name}: create one, or let its nodeSelectors match the node`;
  return { reason: 'NoPeer', detail };
}

function notNamed({ peer }: Peering, advertisements: readonly BGPAdvertisement[]): Bar {
  const names = advertisements.map(({ metadata }) => `BGPAdvertisement ${metadata.name}`).join(', ');
  const detail = `${names} names other peers: add ${peer} to spec.peers, if it is to hear of the address`;
  return { reason: 'PeerNotSelected', detail };
}

function familyBar({ peer, families }: Peering, family: Prefix['address']['family'], service: string): Bar | undefined {
  if (families.includes(family)) return undefined;
  const detail =
    `the session with ${peer} does not carry ${family}, which Service ${service} has here: set dualStackAddressFamily ` +
    'on the BGPPeer, or add one at an address of that family';
  return { reason: 'FamilyNotCarried', detail };
}

import type { RankedNode } from '../../announcement/announcement-plan.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';
import { type Address, formatAddress, parseAddress, parseOrUndefined } from '../../ip/address.ts';
import { type Prefix, parsePrefix, prefixContains } from '../../ip/prefix.ts';
import { rangeOfPrefix } from '../../ip/range.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import { isMac } from '../arp/mac-address.ts';
import type { SegmentPeer } from '../wire/messages.ts';

/** A subnet that this node is attached to, by one interface. */
export interface AttachedSegment {
  /** The subnet's first address and its length: what all nodes on it call it. */
  readonly key: string;
  readonly prefix: Prefix;
  readonly interface: NetworkInterface;
  /** Our own address in it. */
  readonly local: string;
}

const LINK_LOCAL = parsePrefix('fe80::/10');

/**
 * The segments of a node, and who else is on them. Link-local subnets are on every segment, so they are none. Of two
 * interfaces in one subnet one answers: one that the plans use, that is up, the first by name. Another node may have come to
 * answer by another of its own since it said so: all of them are told.
 */
export class Segments {
  readonly attached: readonly AttachedSegment[];
  readonly #node: string;
  readonly #byInterface = new Map<string, AttachedSegment[]>();
  /** By node and interface, the names of the subnets. */
  readonly #keys = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  readonly #peers = new Map<string, Map<string, Omit<SegmentPeer, 'interval' | 'multiplier'>>>();
  readonly #contested = new Set<string>();
  #hasContestedPeer = false;

  /** @param usedBy the interfaces of a node that plans use; asked of nodes with several in one subnet */
  constructor(
    node: string,
    interfaces: readonly NetworkInterface[],
    others: readonly SpeakerStatus[],
    usedBy: (node: string) => ReadonlySet<string>,
  ) {
    this.#node = node;
    const taken = new Map<string, AttachedSegment>();
    const haveSeveral = haveCommonSubnet(keysOf(interfaces));
    for (const link of inOrder(interfaces, haveSeveral ? usedBy(node) : NONE)) {
      for (const prefix of prefixesIn(link.addresses)) {
        const key = keyOf(prefix);
        const segment = { key, prefix, interface: link, local: formatAddress(prefix.address) };
        const other = taken.get(key)?.interface;
        if (other === undefined) taken.set(key, segment);
        else if (other !== link) this.#contested.add(other.name).add(link.name);
      }
    }
    this.attached = [...taken.values()];
    for (const segment of this.attached) {
      const { name } = segment.interface;
      this.#byInterface.set(name, [...(this.#byInterface.get(name) ?? []), segment]);
    }
    this.#keys.set(node, keysOf(interfaces));
    for (const { metadata, status } of others) {
      const reported = status?.interfaces ?? [];
      const keys = keysOf(reported);
      const haveSeveral = haveCommonSubnet(keys);
      this.#keys.set(metadata.name, keys);
      this.#hasContestedPeer ||= haveSeveral;
      for (const link of inOrder(reported, haveSeveral ? usedBy(metadata.name) : NONE)) {
        for (const prefix of prefixesIn(link.addresses)) this.#addPeer(metadata.name, link.mac, prefix);
      }
    }
  }

  /** Whether another interface is in a subnet of this one, here or on another node, so that it matters which plans use. */
  isContested(link: string): boolean {
    return this.#hasContestedPeer || this.#contested.has(link);
  }

  /** The other nodes on the segment, by name. */
  peersOn(key: string): readonly Omit<SegmentPeer, 'interval' | 'multiplier'>[] {
    return [...(this.#peers.get(key)?.values() ?? [])];
  }

  /** The segments of this node on which an address of these plans is answered. */
  segmentsOf(address: string, ranked: readonly RankedNode[]): readonly AttachedSegment[] {
    const parsed = parseAddress(address);
    const allowed = (ranked.find(({ node }) => node === this.#node) ?? ranked[0])?.interfaces;
    const within = this.attached.filter(({ prefix }) => prefixContains(prefix, parsed));
    const open = within.filter(({ interface: { name } }) => allowed?.includes(name) ?? true);
    if (open.length > 0 || allowed === undefined) return open;
    const off = allowed.flatMap((name) => primary(this.#byInterface.get(name) ?? [], parsed));
    return off.length > 0 ? off : within;
  }

  /** Whether the node is on the segment by one of the interfaces that it is ranked with. */
  isOn(key: string, { node, interfaces }: RankedNode): boolean {
    const keys = this.#keys.get(node);
    return interfaces.some((name) => keys?.get(name)?.has(key));
  }

  #addPeer(node: string, mac: string, prefix: Prefix): void {
    const key = keyOf(prefix);
    const peers = this.#peers.get(key) ?? new Map();
    this.#peers.set(key, peers);
    const known = isMac(mac) ? mac.toLowerCase() : undefined;
    const added = { mac: known, remote: formatAddress(prefix.address) };
    const first = peers.get(node);
    if (first === undefined) {
      peers.set(node, { node, ...added });
      return;
    }
    // By an interface it speaks from the first address of it, and which interface it is is told by the MAC address.
    const { others = [] } = first;
    const isKnown = [first, ...others].some((each) => each.mac === known);
    if (known !== undefined && !isKnown) peers.set(node, { ...first, others: [...others, added] });
  }
}

/** An address off all subnets is told to all on the interface, over the first subnet of it, of its family where there is one. */
function primary(segments: readonly AttachedSegment[], { family }: Address): readonly AttachedSegment[] {
  const ordered = [...segments].sort((a, b) => (a.key < b.key ? -1 : 1));
  const first = ordered.find(({ prefix }) => prefix.address.family === family) ?? ordered[0];
  return first === undefined ? [] : [first];
}

const NONE: ReadonlySet<string> = new Set();

interface Attached {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** The interface that answers in a subnet comes before others in it: every node comes to the same order. */
function inOrder<L extends Attached & { readonly up: boolean }>(
  interfaces: readonly L[],
  used: ReadonlySet<string>,
): readonly L[] {
  return [...interfaces].sort((a, b) => {
    const byUse = Number(used.has(b.name)) - Number(used.has(a.name));
    return byUse || Number(b.up) - Number(a.up) || (a.name < b.name ? -1 : 1);
  });
}

/** @param keysByInterface as {@link keysOf} gives them */
function haveCommonSubnet(keysByInterface: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const keys = [...keysByInterface.values()].flatMap((each) => [...each]);
  return new Set(keys).size < keys.length;
}

function keysOf(interfaces: readonly Attached[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(interfaces.map(({ name, addresses }) => [name, new Set(prefixesIn(addresses).map(keyOf))]));
}

function keyOf(prefix: Prefix): string {
  const { family, first } = rangeOfPrefix(prefix);
  const address = family === 'IPv4' ? { family, value: first } : { family, value: first };
  return `${formatAddress(address as Address)}/${prefix.length}`;
}

/** What others report is text: what of it is no prefix is nobody's address. */
function prefixesIn(texts: readonly string[]): readonly Prefix[] {
  return texts.flatMap((text) => {
    const prefix = parseOrUndefined(text, parsePrefix);
    return prefix === undefined || prefixContains(LINK_LOCAL, prefix.address) ? [] : [prefix];
  });
}

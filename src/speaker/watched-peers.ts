import type { AnnouncementPlan, RankedNode } from '../announcement/announcement-plan.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import { AddressError, formatAddress } from '../ip/address.ts';
import { type Prefix, parsePrefix, prefixContains } from '../ip/prefix.ts';
import type { NetworkInterface } from '../os/interfaces.ts';
import type { WatchedPeer } from './wire-messages.ts';

/** The owner of an address and those that stand by for it, which watch one another. */
export const WATCHED = 3;
/** Milliseconds between BFD packets, and how many may be lost, where nothing else is said. */
export const DEFAULT_INTERVAL = 100;
export const DEFAULT_MULTIPLIER = 3;

/** What is known of the machines that could be peers. */
export interface PeerFacts {
  readonly node: string;
  /** The node's own, as they are at this moment. */
  readonly interfaces: readonly NetworkInterface[];
  readonly speakers: readonly SpeakerStatus[];
}

/**
 * The speakers that this node watches: those that are among the first {@link WATCHED} of an address together with it, each
 * once a segment, by addresses in a common subnet. Link-local ones are on every segment, so they do not count.
 */
export function watchedPeers(plans: readonly AnnouncementPlan[], facts: PeerFacts): readonly WatchedPeer[] {
  const reports = new Map(facts.speakers.map(({ metadata, status }) => [metadata.name, status?.interfaces ?? []]));
  const peers = new Map<string, WatchedPeer>();
  const seen = new Set<string>();
  for (const { ranked } of plans) {
    const first = ranked.slice(0, WATCHED);
    const own = first.find(({ node }) => node === facts.node);
    if (own === undefined) continue;
    for (const other of first) {
      const pair = `${other.node} ${own.interfaces.join()} ${other.interfaces.join()}`;
      if (other === own || seen.has(pair)) continue;
      seen.add(pair);
      for (const peer of meet(own, other, facts.interfaces, reports.get(other.node) ?? [])) {
        peers.set(`${peer.interface.index} ${peer.remote}`, peer);
      }
    }
  }
  return [...peers.values()];
}

/** Where two nodes are on one segment: at most one peer for each interface of ours. */
function meet(
  own: RankedNode,
  other: RankedNode,
  interfaces: readonly NetworkInterface[],
  reported: readonly { readonly name: string; readonly addresses: readonly string[] }[],
): readonly WatchedPeer[] {
  const theirs = reported.filter(({ name }) => other.interfaces.includes(name)).flatMap(({ addresses }) => addresses);
  return interfaces
    .filter(({ name }) => own.interfaces.includes(name))
    .flatMap(({ name, index, addresses }) => {
      const pair = commonSubnet(addresses, theirs);
      if (pair === undefined) return [];
      const timers = { interval: DEFAULT_INTERVAL, multiplier: DEFAULT_MULTIPLIER };
      return [{ node: other.node, interface: { name, index }, ...pair, ...timers }];
    });
}

function commonSubnet(
  own: readonly string[],
  theirs: readonly string[],
): { readonly local: string; readonly remote: string } | undefined {
  const remotes = prefixesIn(theirs);
  for (const local of prefixesIn(own)) {
    const remote = remotes.find(({ address }) => prefixContains(local, address));
    if (remote !== undefined) return { local: formatAddress(local.address), remote: formatAddress(remote.address) };
  }
  return undefined;
}

const LINK_LOCAL = parsePrefix('fe80::/10');

/** What others report is text: what of it is no prefix is nobody's address. */
function prefixesIn(texts: readonly string[]): readonly Prefix[] {
  return texts.flatMap((text) => {
    try {
      const prefix = parsePrefix(text);
      return prefixContains(LINK_LOCAL, prefix.address) ? [] : [prefix];
    } catch (error) {
      if (error instanceof AddressError) return [];
      throw error;
    }
  });
}

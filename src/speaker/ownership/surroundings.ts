import type { AddressState } from './address-state.ts';
import type { Claim } from './message.ts';
import type { Peer, Standing } from './peer.ts';
import type { OwnershipTiming } from './timing.ts';

/** What a decision looks at beside the address itself. */
export interface Surroundings {
  readonly self: string;
  readonly mac: string;
  /** The random number of this life. */
  readonly boot: number;
  readonly now: number;
  readonly timing: OwnershipTiming;
  /** Until when this node only listens, after its start. */
  readonly listenUntil: number;
  /** Whether any peer was heard since this node started, stood still or got its carrier back. */
  readonly hasHeard: boolean;
  readonly hasCarrier: boolean;
  readonly isLeaving: boolean;
  peer(node: string): Peer | undefined;
  peers(): Iterable<Peer>;
  /** Those whose messages say that they claim the address. */
  claiming(address: string): Iterable<Peer>;
}

/** Another node that says, or shows, that it has an address. */
export interface Claimant {
  readonly peer: Peer;
  readonly claim: Claim;
  readonly standing: Standing;
  /** When a frame showed it, where no message says so. */
  readonly seenAt: number | undefined;
}

/** All who claim the address; by their messages, or by a frame where a node says nothing by messages. */
export function claimantsOf(state: AddressState, world: Surroundings): readonly Claimant[] {
  const { address } = state;
  const { now } = world;
  const claimants: Claimant[] = [];
  for (const peer of world.claiming(address)) {
    const claim = peer.table.get(address);
    if (claim !== undefined) claimants.push({ peer, claim, standing: peer.standing(now), seenAt: undefined });
  }
  const { seen } = state;
  const seenPeer = seen === undefined ? undefined : world.peer(seen.node);
  if (seen === undefined || seenPeer === undefined || now >= hintUntil(state, world)) return claimants;
  if (seenPeer.table.get(address) !== undefined) return claimants;
  claimants.push({ peer: seenPeer, claim: { role: 'Owner' }, standing: seenPeer.standing(now), seenAt: seen.at });
  return claimants;
}

/** Until when a frame that was seen counts: for good where the node says nothing by messages. */
export function hintUntil({ seen }: AddressState, world: Pick<Surroundings, 'timing' | 'peer'>): number {
  if (seen === undefined) return Number.NEGATIVE_INFINITY;
  return world.peer(seen.node)?.table.isHeard ? seen.at + world.timing.hint : Number.POSITIVE_INFINITY;
}

/** Whether a node can be given something: not known to be gone, nor about to go. */
export function isAvailable(peer: Peer | undefined, now: number): boolean {
  return peer !== undefined && peer.standing(now) === 'Live' && !peer.isLeaving;
}

/** The candidates that stand before this node, which must be one, as far as they are known. */
export function peersBefore({ plan }: AddressState, world: Surroundings, except?: string): readonly Peer[] {
  const peers: Peer[] = [];
  for (const node of plan?.candidates ?? []) {
    if (node === world.self) break;
    const peer = node === except ? undefined : world.peer(node);
    if (peer !== undefined) peers.push(peer);
  }
  return peers;
}

/** The candidates that stand behind this node, which must be one, as far as they are known. */
export function peersAfter({ plan }: AddressState, world: Surroundings): readonly Peer[] {
  const { candidates = [] } = plan ?? {};
  const after = candidates.slice(candidates.indexOf(world.self) + 1);
  return after.flatMap((node) => world.peer(node) ?? []);
}

/** How many of those before it are available. */
export function nodesBefore(state: AddressState, world: Surroundings, except?: string): number {
  return peersBefore(state, world, except).filter((peer) => isAvailable(peer, world.now)).length;
}

/** Whether the plan has this node among those that may announce the address. */
export function isCandidate({ plan }: AddressState, { self, isLeaving }: Surroundings): boolean {
  return !isLeaving && plan !== undefined && plan.candidates.includes(self);
}

/** Whether no other node may have the address by the plan, nor is known to claim it. */
export function isAlone({ address, plan }: AddressState, world: Surroundings): boolean {
  return (plan?.candidates.every((node) => node === world.self) ?? false) && [...world.claiming(address)].length === 0;
}

/** Whether the plan has the first of two nodes before the second, or the second not at all. */
export function isBetterPlaced({ plan }: AddressState, node: string, other: string): boolean {
  const candidates = plan?.candidates ?? [];
  const [place, otherPlace] = [candidates.indexOf(node), candidates.indexOf(other)];
  return place >= 0 && (otherPlace < 0 || place < otherPlace);
}

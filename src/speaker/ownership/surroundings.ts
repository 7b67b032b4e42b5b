import type { AddressState } from './address-state.ts';
import type { Claim } from './message.ts';
import type { Peer, Standing } from './peer.ts';
import type { OwnershipTiming } from './timing.ts';

/** What a decision looks at beside the address itself. */
export interface Surroundings {
  readonly self: string;
  readonly mac: string;
  readonly now: number;
  readonly timing: OwnershipTiming;
  /** Until when this node only listens, after its start. */
  readonly listenUntil: number;
  readonly isLeaving: boolean;
  peer(node: string): Peer | undefined;
  peers(): Iterable<Peer>;
}

/** Another node that says, or shows, that it has an address. */
export interface Claimant {
  readonly peer: Peer;
  readonly claim: Claim;
  readonly standing: Standing;
}

/** All who claim the address; by their messages, or by a frame where a node says nothing by messages. */
export function claimantsOf({ address, seen }: AddressState, world: Surroundings): readonly Claimant[] {
  const { now, timing } = world;
  const claimants: Claimant[] = [];
  for (const peer of world.peers()) {
    const claim = peer.table.get(address);
    if (claim !== undefined) claimants.push({ peer, claim, standing: peer.standing(now) });
    else if (seen?.node === peer.node && (!peer.table.isHeard || now - seen.at < timing.hint)) {
      claimants.push({ peer, claim: { role: 'Owner' }, standing: peer.standing(now) });
    }
  }
  return claimants;
}

/** Whether a node can be given something: not known to be gone, nor about to go. */
export function isAvailable(peer: Peer | undefined, now: number): boolean {
  return peer !== undefined && peer.standing(now) === 'Live' && !peer.isLeaving;
}

/** How many candidates that are available stand before this node, which must be one. */
export function nodesBefore({ plan }: AddressState, world: Surroundings, except?: string): number {
  let count = 0;
  for (const node of plan?.candidates ?? []) {
    if (node === world.self) break;
    if (node !== except && isAvailable(world.peer(node), world.now)) count++;
  }
  return count;
}

/** Whether the plan has this node among those that may announce the address. */
export function isCandidate({ plan }: AddressState, { self, isLeaving }: Surroundings): boolean {
  return !isLeaving && plan !== undefined && plan.candidates.includes(self);
}

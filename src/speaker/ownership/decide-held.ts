import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import type { Claimant, Surroundings } from './surroundings.ts';

/** What a node does that would answer, but does not know yet whether others have taken the address. */
export function decideHeld(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  if (state.heldUntil === Number.POSITIVE_INFINITY) return stay();
  for (const { peer, claim, standing, seenAt } of claimants) {
    if (standing === 'Gone' || standing === 'Forwards') continue;
    if (claim.role === 'Caretaker') {
      if (claim.of === world.self && standing === 'Live') return become('Owner', 'Resumed', peer.node);
      continue;
    }
    if (claim.role !== 'Owner') continue;
    if (standing === 'Doubtful') return { do: 'inquire', node: peer.node, notBefore: 0, until: undefined };
    if (seenAt === undefined) return become('Standby', 'TakenOver', peer.node);
  }
  if (world.now >= state.heldUntil) return become('Owner', 'Resumed');
  return state.mayResumeEarly && allKnown(state, world) ? become('Owner', 'Resumed') : stay(state.heldUntil);
}

/** Whether every peer has said what it claims since the address is held back; whoever hears nobody cannot know. */
function allKnown({ since }: AddressState, world: Surroundings): boolean {
  const peers = [...world.peers()];
  const open = peers.filter((peer) => !peer.isKnownSince(since));
  return open.every((peer) => world.hasHeard && peer.standing(world.now) === 'Gone');
}

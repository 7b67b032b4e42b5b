import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import { type Claimant, isBetterPlaced, type Surroundings } from './surroundings.ts';

/** What a node does that answers with the MAC address of one whose speaker is silent. */
export function decideCaretaker(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  const { now, timing, self } = world;
  const { caretakerOf = '' } = state;
  for (const { peer, claim, standing, seenAt } of claimants) {
    if (standing !== 'Live' || seenAt !== undefined) continue;
    if (claim.role === 'Owner') {
      return become('Standby', peer.node === caretakerOf ? 'OwnerBack' : 'ClaimedByPeer', peer.node);
    }
    const isBetter = world.isLeaving || isBetterPlaced(state, peer.node, self);
    if (claim.role === 'Caretaker' && isBetter && !peer.isLeaving) {
      return become('Standby', 'BetterCaretaker', peer.node);
    }
  }
  const owner = world.peer(caretakerOf);
  const standing = owner?.standing(now) ?? 'Gone';
  if (standing === 'Gone') return become('Owner', 'OwnerGone', caretakerOf);
  const endsAt = state.since + timing.caretaking;
  if (now >= endsAt) return become('Owner', 'SpeakerGone', caretakerOf);
  const claim = owner?.table.get(state.address);
  if (standing === 'Live' && claim === undefined && owner?.table.isWhole) {
    // It is back and has forgotten, or does not want it.
    const at = Math.max(state.since, owner.lifeSince) + timing.askAgain;
    return now >= at ? become('Owner', 'NobodyHasIt', caretakerOf) : stay(at);
  }
  if (standing === 'Live') return stay(endsAt);
  const until = Math.min(endsAt, now + timing.careInterval);
  return { do: 'inquire', node: caretakerOf, notBefore: timing.careInterval, until };
}

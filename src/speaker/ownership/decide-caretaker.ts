import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import { type Claimant, isBetterPlaced, type Surroundings } from './surroundings.ts';

/** What a node does that answers with the MAC address of one whose speaker is silent. */
export function decideCaretaker(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  const { now, timing, self } = world;
  const { caretakerOf = '' } = state;
  const endsAt = state.since + timing.caretaking;
  for (const { peer, claim, standing, seenAt } of claimants) {
    if (standing !== 'Live' || seenAt !== undefined) continue;
    // One that goes on after it stood still is heard by BFD before it has said that it does not answer yet.
    const isOld = peer.node === caretakerOf && !peer.isKnownSince(state.since) && now < endsAt;
    if (claim.role === 'Owner' && !isOld) {
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
  if (now >= endsAt) return become('Owner', 'SpeakerGone', caretakerOf);
  const claim = owner?.table.get(state.address);
  if (standing === 'Live' && claim === undefined && owner?.table.isWhole) {
    // It is back and has forgotten, or does not want it.
    const at = Math.max(state.since, owner.lifeSince) + timing.askAgain;
    return now >= at ? become('Owner', 'NobodyHasIt', caretakerOf) : stay(at);
  }
  const until = Math.min(endsAt, now + timing.careInterval);
  if (standing === 'Live') return stay(claim?.role === 'Owner' ? until : endsAt);
  return { do: 'inquire', node: caretakerOf, notBefore: timing.careInterval, until };
}

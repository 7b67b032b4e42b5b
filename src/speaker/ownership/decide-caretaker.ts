import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import { type Claimant, isAvailable, isCandidate, type Surroundings } from './surroundings.ts';

/** What a node does that answers with the MAC address of one whose speaker is silent. */
export function decideCaretaker(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  const { now, timing } = world;
  const { caretakerOf = '' } = state;
  for (const { peer, claim, standing } of claimants) {
    if (standing !== 'Live') continue;
    if (claim.role === 'Owner')
      return become('Standby', peer.node === caretakerOf ? 'OwnerBack' : 'ClaimedByPeer', peer.node);
    if (claim.role === 'Caretaker' && isBetterPlaced(peer.node, state, world)) {
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
    const at = Math.max(state.since, owner.since) + timing.askAgain;
    return now >= at ? become('Owner', 'NobodyHasIt', caretakerOf) : stay(at);
  }
  if (!isCandidate(state, world) && othersCan(state, world)) return become('Standby', 'NotEligible');
  if (standing === 'Doubtful') return { do: 'inquire', node: caretakerOf, notBefore: 0, until: endsAt };
  if (standing === 'Live') return stay(endsAt);
  return { do: 'inquire', node: caretakerOf, notBefore: timing.careInterval, until: now + timing.careInterval };
}

function isBetterPlaced(node: string, state: AddressState, world: Surroundings): boolean {
  const { candidates = [] } = state.plan ?? {};
  const place = candidates.indexOf(node);
  return place >= 0 && place < candidates.indexOf(world.self);
}

function othersCan({ plan }: AddressState, world: Surroundings): boolean {
  return (plan?.candidates ?? []).some((node) => isAvailable(world.peer(node), world.now));
}

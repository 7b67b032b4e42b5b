import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import type { MoveCause } from './message.ts';
import { prevails } from './precedence.ts';
import { type Claimant, isAvailable, isCandidate, type Surroundings } from './surroundings.ts';

/** What the owner of an address does: answer on, settle a conflict, or hand it over without a gap. */
export function decideOwner(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  const rivals = claimants.filter(({ claim }) => claim.role === 'Owner');
  const settled = settle(state, rivals, world);
  if (settled !== undefined && settled.do !== 'stay') return settled;
  return earlier(settled, handOver(state, world));
}

/** Two that answer and hear each other: one of them stops. */
function settle(state: AddressState, rivals: readonly Claimant[], world: Surroundings): Decision | undefined {
  const { now, timing, mac } = world;
  let again: Decision | undefined;
  for (const { peer, standing } of rivals) {
    const { node } = peer;
    if (state.superseded?.node === node && now < state.superseded.until) {
      again = earlier(again, stay(state.superseded.until));
      continue;
    }
    if (state.offer !== undefined && standing !== 'Gone') return become('Standby', 'HandedOver', node);
    if (standing === 'Doubtful') {
      return { do: 'inquire', node, notBefore: 0, until: undefined };
    }
    if (standing !== 'Live') continue;
    // A frame may be late: whoever shows by frames alone that it answers is asked.
    if (peer.table.get(state.address) === undefined && !peer.isUp) {
      return { do: 'inquire', node, notBefore: timing.askAgain, until: now + timing.askAgain };
    }
    if (!prevails(state.address, mac, peer.mac)) return become('Standby', 'ConflictLost', node);
    if (now >= state.defendedAt + timing.defend) return { do: 'defend', node };
    again = earlier(again, stay(state.defendedAt + timing.defend));
  }
  return again;
}

/** Make before break: the address is offered, and given up when somebody has taken it. */
function handOver(state: AddressState, world: Surroundings): Decision {
  const { now, timing } = world;
  const cause = causeToMove(state, world);
  if (cause === undefined) return stay();
  if (state.offer !== undefined && now < state.offer.at + timing.offer) return stay(state.offer.at + timing.offer);
  const recent = state.moves.filter((at) => now - at < timing.movesWithin);
  if (cause !== 'Leaving' && recent.length >= timing.mostMoves) return stay((recent[0] ?? now) + timing.movesWithin);
  const open = (state.plan?.candidates ?? []).filter((node) => isAvailable(world.peer(node), now));
  const wanted = cause === 'Preferred' ? open.filter((node) => node === state.granted) : open;
  const to = wanted.find((node) => !state.refusedBy.has(node));
  if (to !== undefined) return { do: 'offer', to, cause };
  // Nothing is gained by silence: it stays until somebody takes it.
  return wanted.length > 0 || state.granted !== undefined ? { do: 'offerAnew' } : stay(now + timing.askAgain);
}

function causeToMove(state: AddressState, world: Surroundings): MoveCause | undefined {
  if (world.isLeaving) return 'Leaving';
  if (!isCandidate(state, world)) return state.plan?.draining ? 'Draining' : 'NotEligible';
  return state.granted === undefined ? undefined : 'Preferred';
}

/** What a node does that would answer, but does not know yet whether others have taken the address. */
export function decideHeld(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  for (const { peer, claim, standing } of claimants) {
    if (claim.role === 'Caretaker') {
      if (claim.of === world.self && standing === 'Live' && state.heldUntil !== Number.POSITIVE_INFINITY)
        return become('Owner', 'Resumed', peer.node);
      continue;
    }
    if (claim.role !== 'Owner' || standing === 'Gone' || standing === 'Forwards') continue;
    if (standing === 'Doubtful') return { do: 'inquire', node: peer.node, notBefore: 0, until: undefined };
    return become('Standby', 'TakenOver', peer.node);
  }
  return world.now < state.heldUntil ? stay(state.heldUntil) : become('Owner', 'Resumed');
}

function earlier(a: Decision | undefined, b: Decision): Decision {
  if (a?.do !== 'stay' || b.do !== 'stay') return b;
  return stay(Math.min(a.until ?? Number.POSITIVE_INFINITY, b.until ?? Number.POSITIVE_INFINITY));
}

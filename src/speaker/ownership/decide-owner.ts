import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import type { MoveCause } from './message.ts';
import { prevails } from './precedence.ts';
import { type Claimant, isAvailable, isBetterPlaced, isCandidate, type Surroundings } from './surroundings.ts';

/** A claim may look younger by what its message took; in milliseconds. */
const MESSAGE_TIME = 50;

/** What the owner of an address does: answer on, settle a conflict, or hand it over without a gap. */
export function decideOwner(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  let until = Number.POSITIVE_INFINITY;
  for (const claimant of claimants) {
    if (claimant.claim.role !== 'Owner') continue;
    const settled = claimant.seenAt === undefined ? settle(state, claimant, world) : judge(state, claimant, world);
    if (settled.do !== 'stay') return settled;
    until = Math.min(until, settled.until ?? until);
  }
  const decision = handOver(state, world);
  return decision.do === 'stay' ? stay(Math.min(until, decision.until ?? until)) : decision;
}

/** Two that answer and hear each other: one of them stops. */
function settle(state: AddressState, { peer, standing }: Claimant, world: Surroundings): Decision {
  const { now, mac } = world;
  const { node, table } = peer;
  const claimedAt = table.sinceOf(state.address);
  const { superseded, offeringSince } = state;
  const hasTaken = offeringSince !== undefined && claimedAt >= offeringSince;
  const isFormer = superseded?.node === node && claimedAt <= state.since + MESSAGE_TIME;
  if (!hasTaken && isFormer && now < superseded.until) return stay(superseded.until);
  switch (standing) {
    case 'Live':
    case 'Restarting':
      // Whoever has missed a change of its claims does not know that it still claims this.
      if (!table.isWhole) return stay();
      if (hasTaken) return become('Standby', 'HandedOver', node);
      // Which of two prevails both must know alike.
      if (standing === 'Restarting' || peer.mac === undefined) return stay();
      return prevails(state.address, mac, peer.mac)
        ? defend(state, node, world)
        : become('Standby', 'ConflictLost', node);
    case 'Doubtful':
      return { do: 'inquire', node, notBefore: 0, until: undefined };
    case 'Forwards':
      return stay();
    case 'Gone':
      // It speaks and does not hear: were it deaf to all, giving way to it would leave nobody.
      return peer.isHeard(now) ? defend(state, node, world) : stay();
  }
}

/** A frame may be late or forged. Only where a node says nothing by messages, and its speaker answers, does it count. */
function judge(state: AddressState, { peer, seenAt = 0 }: Claimant, world: Surroundings): Decision {
  const { now, mac, timing } = world;
  const { node } = peer;
  if (state.superseded?.node === node && now < state.superseded.until) return stay(state.superseded.until);
  // Whoever takes what we offer announces it before its message is here.
  if (state.offeringSince !== undefined) return stay();
  if (peer.table.isHeard) return seenAt > state.defendedAt ? defend(state, node, world) : stay();
  if (peer.spokeAt < seenAt) return { do: 'inquire', node, notBefore: timing.askAgain, until: now + timing.askAgain };
  if (peer.mac === undefined) return stay();
  return prevails(state.address, mac, peer.mac) ? defend(state, node, world) : become('Standby', 'ConflictLost', node);
}

function defend({ defendedAt }: AddressState, node: string, { now, timing }: Surroundings): Decision {
  const at = defendedAt + timing.defend;
  return now >= at ? { do: 'defend', node } : stay(at);
}

/** Make before break: the address is offered, and given up when somebody has taken it. */
function handOver(state: AddressState, world: Surroundings): Decision {
  const { now, timing } = world;
  const cause = causeToMove(state, world);
  state.isKept = false;
  if (cause === undefined) return stay();
  const { offer } = state;
  if (offer !== undefined && now < offer.since + timing.offer) {
    const at = offer.at + timing.offerRepeat;
    return now >= at ? { do: 'offer', to: offer.to, cause } : stay(at);
  }
  const recent = state.moves.filter(({ at }) => now - at < timing.movesWithin);
  if (cause !== 'Leaving' && recent.length >= timing.mostMoves) {
    state.isKept = true;
    return stay((recent[0]?.at ?? now) + timing.movesWithin);
  }
  const open = (state.plan?.candidates ?? []).filter((node) => isAvailable(world.peer(node), now));
  const wanted = cause === 'Preferred' ? open.filter((node) => node === state.granted) : open;
  const to = wanted.find((node) => !state.passedOver.has(node));
  if (to !== undefined) return { do: 'offer', to, cause };
  // Nothing is gained by silence: it stays until somebody takes it.
  return wanted.length > 0 || cause === 'Preferred' ? { do: 'offerAnew' } : stay(now + timing.askAgain);
}

function causeToMove(state: AddressState, world: Surroundings): MoveCause | undefined {
  if (world.isLeaving) return 'Leaving';
  if (!isCandidate(state, world)) return state.plan?.draining ? 'Draining' : 'NotEligible';
  return state.granted !== undefined && isBetterPlaced(state, state.granted, world.self) ? 'Preferred' : undefined;
}

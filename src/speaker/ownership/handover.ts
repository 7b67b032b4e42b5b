import type { AddressState } from './address-state.ts';
import type { MessageBody } from './message.ts';
import { heardAt, mergeMoves, moveId } from './moves.ts';
import type { Peer } from './peer.ts';
import { isAvailable, isBetterPlaced, isCandidate, type Surroundings } from './surroundings.ts';

/** What comes of a message about a handover: `ignore` where it is out of date. */
export type HandoverAnswer = 'take' | 'granted' | 'refuse' | 'ignore';

/** The owner asks us to take the address: we announce it first, and it lets go when it hears of that. */
export function takeOffer(
  state: AddressState | undefined,
  { node, table }: Peer,
  { address, moves }: MessageBody & { type: 'Offer' },
  world: Surroundings,
): HandoverAnswer {
  const { now, timing } = world;
  // An offer that comes late is of an owner that is none any more.
  if (state?.role === 'Owner' || (table.isWhole && table.get(address)?.role !== 'Owner')) return 'ignore';
  if (state === undefined || hasOtherOwner(address, node, world)) return 'refuse';
  if (!isCandidate(state, world) || state.role === 'Conflict') return 'refuse';
  state.superseded = { node, until: now + timing.handover };
  const known = mergeMoves([state.moves, heardAt(moves, now)], now - timing.movesWithin, timing.mostMoves);
  state.moves = [...known, { id: moveId(world.boot, now), at: now }].slice(-timing.mostMoves);
  return 'take';
}

/**
 * A node asks for an address of ours. It gets it where our own plan has it in front of us and nobody in front of it could
 * have the address: with that one the address would move twice.
 */
export function grantRequest(state: AddressState | undefined, { node }: Peer, world: Surroundings): HandoverAnswer {
  if (state?.role !== 'Owner' || !isBetterPlaced(state, node, world.self)) return 'refuse';
  const best = state.plan?.candidates.find((each) => isAvailable(world.peer(each), world.now));
  if (best !== node) return 'refuse';
  state.granted = node;
  return 'granted';
}

/** A node does not take what we offered, or does not give what we asked for. */
export function noteRefusal(state: AddressState | undefined, { node }: Peer, { now }: Surroundings): HandoverAnswer {
  if (state === undefined) return 'ignore';
  if (state.offer?.to === node) state.offer = undefined;
  if (state.preferredSince !== undefined) state.preferredSince = now;
  return 'granted';
}

/** Whoever offers an address that another has is about to lose it, or the other is. */
function hasOtherOwner(address: string, offerer: string, world: Surroundings): boolean {
  for (const peer of world.claiming(address)) {
    if (peer.node === offerer || peer.table.get(address)?.role !== 'Owner') continue;
    if (peer.table.isWhole && peer.standing(world.now) === 'Live') return true;
  }
  return false;
}

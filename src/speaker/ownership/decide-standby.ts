import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import type { Peer } from './peer.ts';
import {
  type Claimant,
  isAvailable,
  isBetterPlaced,
  isCandidate,
  nodesBefore,
  peersAfter,
  peersBefore,
  type Surroundings,
} from './surroundings.ts';

/** What a node does about an address that it does not answer for: wait, take over, take care, or place it. */
export function decideStandby(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  const { pollingSince } = state;
  state.pollingSince = undefined;
  if (!isCandidate(state, world)) return stay();
  const owners = claimants.filter(({ claim }) => claim.role !== 'Caretaker');
  const live = owners.find(({ standing }) => standing === 'Live');
  if (live !== undefined) return prefer(state, live, world);
  if (
    claimants.some(({ claim, standing, peer }) => claim.role === 'Caretaker' && standing === 'Live' && !peer.isLeaving)
  )
    return stay();
  const doubtful = owners.find(({ standing }) => standing === 'Doubtful');
  if (doubtful !== undefined) return { do: 'inquire', node: doubtful.peer.node, notBefore: 0, until: undefined };
  for (const standing of ['Restarting', 'Forwards', 'Gone'] as const) {
    const [owner, ...others] = owners.filter((each) => each.standing === standing);
    if (owner !== undefined) return succeed(state, latest(owner, others), pollingSince ?? world.now, world);
  }
  return place(state, world);
}

/** Those that went earlier may have claimed it in a former time. */
function latest(first: Claimant, others: readonly Claimant[]): Claimant {
  return others.reduce((a, b) => (b.peer.since > a.peer.since ? b : a), first);
}

/** A node that is better placed than the owner asks for the address when its hold-off is over. */
function prefer(state: AddressState, { peer }: Claimant, world: Surroundings): Decision {
  const { candidates = [], holdOff = 0 } = state.plan ?? {};
  if (holdOff === 0 || !candidates.includes(peer.node) || isBetterPlaced(state, peer.node, world.self)) {
    state.preferredSince = undefined;
    return stay();
  }
  state.preferredSince ??= world.now;
  const at = state.preferredSince + holdOff;
  if (world.now < at) return stay(at);
  // With a better one it would move twice.
  return nodesBefore(state, world, peer.node) === 0 ? { do: 'request', from: peer.node } : stay(world.now + holdOff);
}

function succeed(
  state: AddressState,
  { peer, standing }: Claimant,
  pollingSince: number,
  world: Surroundings,
): Decision {
  const { now, timing, listenUntil, hasHeard } = world;
  // Whoever hears nobody at all may be deaf itself.
  if (!hasHeard && now < listenUntil) return stay(listenUntil);
  const turnAt = peer.since + nodesBefore(state, world, peer.node) * timing.takeoverStep;
  if (now < turnAt) return stay(turnAt);
  // Whoever was told that this node has not taken it over is about to do so.
  const yielded = peersAfter(state, world).reduce((latest, each) => Math.max(latest, each.yielded.until), now);
  if (now < yielded) return stay(yielded);
  // What those before this node have claimed may be on the way, or lie in the socket.
  const open = peersBefore(state, world, peer.node).filter((each) => mayHaveTaken(each, pollingSince, now));
  const until = pollingSince + timing.poll;
  if (open.length > 0 && now < until) {
    state.pollingSince = pollingSince;
    return { do: 'poll', nodes: open.map(({ node }) => node), until };
  }
  if (standing === 'Gone') return become('Owner', 'OwnerGone', peer.node);
  return become('Caretaker', standing === 'Restarting' ? 'Restarting' : 'SpeakerSilent', peer.node);
}

/** Whether a peer lives, as far as is known, and has not said what it claims since it was asked. */
function mayHaveTaken(peer: Peer, askedSince: number, now: number): boolean {
  if (!peer.table.isHeard || peer.hasSettledSince(askedSince)) return false;
  return isAvailable(peer, now) || (peer.standing(now) === 'Doubtful' && !peer.isLeaving);
}

function place(state: AddressState, world: Surroundings): Decision {
  const { now, timing, listenUntil } = world;
  state.nobodySince ??= now;
  const { nobodySince } = state;
  // Who takes it from the one that gave it up may be heard a little later.
  const openAt = Math.max(listenUntil, state.wasClaimed ? nobodySince + timing.vacancy : nobodySince);
  if (now < openAt) return stay(openAt);
  for (const peer of world.peers()) {
    const until = nobodySince + timing.placeStep;
    if (peer.table.isHeard && !peer.table.isWhole && peer.standing(now) === 'Live' && now < until) return stay(until);
  }
  const turnAt = openAt + nodesBefore(state, world) * timing.placeStep;
  return now < turnAt ? stay(turnAt) : become('Placing', 'NobodyHasIt');
}

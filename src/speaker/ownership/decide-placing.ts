import type { AddressState } from './address-state.ts';
import { become, type Decision, stay } from './decision.ts';
import { type Claimant, isCandidate, type Surroundings } from './surroundings.ts';

/** How many probes a placement sends. */
const PROBES = 2;

/** A first placement: nobody among the speakers has the address, and strangers are asked. */
export function decidePlacing(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  const { now, timing } = world;
  if (!isCandidate(state, world)) return become('Standby', 'NotEligible');
  const claimant = claimants.find(({ standing }) => standing !== 'Gone');
  if (claimant !== undefined) return become('Standby', 'ClaimedByPeer', claimant.peer.node);
  if (state.strangerAt >= state.since) return become('Conflict', 'Stranger');
  const probeAt = state.since + state.probes * timing.probeInterval;
  if (state.probes < PROBES) return now < probeAt ? stay(probeAt) : { do: 'probe' };
  const answerAt = state.since + timing.place;
  return now < answerAt ? stay(answerAt) : become('Owner', 'Placed');
}

/** A stranger uses the address: it is left to them, and looked at again later. */
export function decideConflict(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  if (!isCandidate(state, world)) return become('Standby', 'NotEligible');
  const claimant = claimants.find(({ standing }) => standing !== 'Gone');
  if (claimant !== undefined) return become('Standby', 'ClaimedByPeer', claimant.peer.node);
  return world.now < state.conflictUntil ? stay(state.conflictUntil) : become('Placing', 'NobodyHasIt');
}

import type { AddressState } from './address-state.ts';
import { decideCaretaker } from './decide-caretaker.ts';
import { decideHeld } from './decide-held.ts';
import { decideOwner } from './decide-owner.ts';
import { decideConflict, decidePlacing } from './decide-placing.ts';
import { decideStandby } from './decide-standby.ts';
import type { Decision } from './decision.ts';
import type { Claimant, Surroundings } from './surroundings.ts';

/** What is to become of an address, whatever this node does about it now. */
export function decide(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  switch (state.role) {
    case 'Standby':
      return decideStandby(state, claimants, world);
    case 'Placing':
      return decidePlacing(state, claimants, world);
    case 'Conflict':
      return decideConflict(state, claimants, world);
    case 'Owner':
      return decideOwner(state, claimants, world);
    case 'Held':
      return decideHeld(state, claimants, world);
    case 'Caretaker':
      return decideCaretaker(state, claimants, world);
  }
}

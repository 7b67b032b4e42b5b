import type { AddressState } from './address-state.ts';
import type { Claim } from './message.ts';
import type { Cause, OwnershipAction, Role } from './protocol.ts';
import type { OwnershipTiming } from './timing.ts';

/** What an address comes to be for this node, why, and what other node has to do with it. */
export interface RoleChange {
  readonly role: Role;
  readonly cause: Cause;
  readonly node?: string | undefined;
}

/** Changes the role of an address. Returns what is to be done, the report last. */
export function changeRole(
  state: AddressState,
  { role, cause, node }: RoleChange,
  now: number,
  timing: OwnershipTiming,
): readonly OwnershipAction[] {
  const { address, role: before } = state;
  if (role === 'Owner') state.conflictRetry = timing.conflictRetry[0];
  if (role === 'Conflict') {
    state.conflictUntil = now + state.conflictRetry;
    state.conflictRetry = Math.min(2 * state.conflictRetry, timing.conflictRetry[1]);
  }
  if (role !== 'Owner') state.superseded = undefined;
  if (role !== 'Standby') state.preferredSince = undefined;
  state.pollingSince = undefined;
  state.role = role;
  state.since = now;
  state.probes = 0;
  state.offer = undefined;
  state.offeringSince = undefined;
  state.granted = undefined;
  state.isKept = false;
  state.witness = undefined;
  state.passedOver.clear();
  state.caretakerOf = role === 'Caretaker' ? node : undefined;
  const actions: OwnershipAction[] = [];
  if (answers(role)) actions.push({ do: 'answer', address, as: state.caretakerOf });
  else if (answers(before)) actions.push({ do: 'silence', address });
  if (role === 'Owner') {
    state.defendedAt = now;
    actions.push({ do: 'announce', address });
  }
  actions.push({ do: 'report', address, role, cause, node });
  return actions;
}

function answers(role: Role): boolean {
  return role === 'Owner' || role === 'Caretaker';
}

/** What a node says of an address in its role. */
export function claimOf({ role, caretakerOf }: AddressState): Claim | null {
  if (role === 'Owner' || role === 'Held') return { role };
  return role === 'Caretaker' && caretakerOf !== undefined ? { role, of: caretakerOf } : null;
}

import type { Move } from './moves.ts';
import type { PlannedAddress, Role } from './protocol.ts';

/** An address that the owner has offered to another node. */
export interface Offering {
  readonly to: string;
  /** When it was offered to that node first, and last. */
  readonly since: number;
  readonly at: number;
}

/** What one node knows of one address and does about it. */
export interface AddressState {
  readonly address: string;
  /** Undefined once the plan has let go of the address. */
  plan: PlannedAddress | undefined;
  role: Role;
  since: number;
  /** Whose MAC address a caretaker answers with. */
  caretakerOf: string | undefined;
  /** `Held`: when it may answer again; infinite without carrier. */
  heldUntil: number;
  /** `Held`: whether it may answer as soon as all peers have said what they claim. */
  mayResumeEarly: boolean;
  /** `Placing`: how many probes have been sent. */
  probes: number;
  /** `Conflict`: when it ends, and how long the next one lasts. */
  conflictUntil: number;
  conflictRetry: number;
  /** When a stranger was heard to use the address last. */
  strangerAt: number;
  /** The speaker that a frame showed to use it last. */
  seen: { readonly node: string; readonly at: number } | undefined;
  /** Whether any other node was ever known to have it. */
  wasClaimed: boolean;
  /** Since when no node is known to have it. */
  nobodySince: number | undefined;
  /** `Standby`: since when those before this node are asked whether they have taken over. */
  pollingSince: number | undefined;
  /** Since when this node, standing by, is better placed than the owner. */
  preferredSince: number | undefined;
  /** The owner that let us have it, and until when it may still say otherwise. */
  superseded: { readonly node: string; readonly until: number } | undefined;
  offer: Offering | undefined;
  /** Since when the owner has offered it to anybody. */
  offeringSince: number | undefined;
  /** Those that have refused it or not taken it up, this time round. */
  readonly passedOver: Set<string>;
  /** A better placed node that may have it. */
  granted: string | undefined;
  /** Its moves by choice, as far as they matter. */
  moves: readonly Move[];
  /** `Owner`: whether it is to move, and has moved too often to do so now. */
  isKept: boolean;
  defendedAt: number;
  /** `Owner`: the first node that said that it heard so. */
  witness: string | undefined;
  /** The node that was last told that its announcement is heard, and when. */
  witnessed: { readonly node: string; readonly at: number } | undefined;
}

export function newAddressState(address: string, now: number, conflictRetry: number): AddressState {
  return {
    address,
    plan: undefined,
    role: 'Standby',
    since: now,
    caretakerOf: undefined,
    heldUntil: 0,
    mayResumeEarly: false,
    probes: 0,
    conflictUntil: 0,
    conflictRetry,
    strangerAt: Number.NEGATIVE_INFINITY,
    seen: undefined,
    wasClaimed: false,
    nobodySince: undefined,
    pollingSince: undefined,
    preferredSince: undefined,
    superseded: undefined,
    offer: undefined,
    offeringSince: undefined,
    passedOver: new Set(),
    granted: undefined,
    moves: [],
    isKept: false,
    defendedAt: Number.NEGATIVE_INFINITY,
    witness: undefined,
    witnessed: undefined,
  };
}

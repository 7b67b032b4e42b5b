import type { Message } from './message.ts';
import type { ToldMove } from './moves.ts';

/** What a node does about an address. `Standby`: nothing, whether it is in line for it or not. */
export type Role = 'Standby' | 'Placing' | 'Conflict' | 'Owner' | 'Held' | 'Caretaker';

/** Why a role changed; of an owner that is to give its address up, why it does not, and that it does after all. */
export type Cause =
  | 'Placed'
  | 'Resumed'
  | 'OwnerGone'
  | 'SpeakerGone'
  | 'SpeakerSilent'
  | 'Restarting'
  | 'Offered'
  | 'HandedOver'
  | 'TakenOver'
  | 'ConflictLost'
  | 'OwnerBack'
  | 'ClaimedByPeer'
  | 'BetterCaretaker'
  | 'NobodyHasIt'
  | 'Stranger'
  | 'StrangerAgain'
  | 'NotEligible'
  | 'Released'
  | 'Paused'
  | 'CarrierLost'
  | 'Started'
  | 'MovedTooOften'
  | 'MayMove';

/** An address as the plan has it. */
export interface PlannedAddress {
  /** In the text form of RFC 5952. */
  readonly address: string;
  /** The nodes that may announce it on this segment, best first. */
  readonly candidates: readonly string[];
  /** Milliseconds that a better placed node waits before it asks for the address; 0 for never. */
  readonly holdOff: number;
  /** Why this node, where it is no candidate, is to let go of the address. */
  readonly draining: boolean;
}

/** An address that a speaker answered for in its former life. */
export interface HeldAddress {
  readonly address: string;
  /** Its moves by choice, as far as they matter. */
  readonly moves: readonly ToldMove[];
}

/** Another speaker of the segment. */
export interface PlannedPeer {
  readonly node: string;
  /** Its MAC address on the segment, as text; undefined where only it can tell. */
  readonly mac: string | undefined;
  /** Its other interfaces on the segment, one of which it may say that it speaks by. */
  readonly others?: readonly { readonly mac: string | undefined }[] | undefined;
}

/** The whole of what is wanted from now on. */
export interface SegmentPlan {
  readonly addresses: readonly PlannedAddress[];
  readonly peers: readonly PlannedPeer[];
}

/** What a few addresses change of a {@link SegmentPlan}. */
export interface PlanAmendment {
  readonly planned: readonly PlannedAddress[];
  /** Addresses that are not planned any more. */
  readonly released: readonly string[];
}

/** What happens. `now` is monotonic, in milliseconds. */
export type OwnershipEvent =
  | { readonly type: 'plan'; readonly plan: SegmentPlan }
  | { readonly type: 'amend'; readonly amendment: PlanAmendment }
  /** The BFD session with a peer: `Unwatched` has not been Up yet, or is not wanted. */
  | { readonly type: 'session'; readonly node: string; readonly state: 'Up' | 'Down' | 'Unwatched' }
  /** The BFD session with a peer is Up, and about to fall unless the peer is heard. */
  | { readonly type: 'late'; readonly node: string }
  | { readonly type: 'message'; readonly message: Message }
  /** A frame says that the address is at a MAC address that is not ours: a speaker's, or a stranger's. */
  | { readonly type: 'heard'; readonly address: string; readonly node: string | undefined }
  /** A node answered a unicast question of ours: for the address its speaker did, for its own address its kernel. */
  | { readonly type: 'answered'; readonly node: string; readonly by: 'Speaker' | 'Kernel' }
  | { readonly type: 'carrier'; readonly up: boolean }
  /** `Restart`: another life follows soon. `Leave`: none does. */
  | { readonly type: 'shutdown'; readonly reason: 'Restart' | 'Leave' }
  | { readonly type: 'tick' };

/** What is to be done. */
export type OwnershipAction =
  /** Answer from now on: with our own MAC address, or with that of the node named. */
  | { readonly do: 'answer'; readonly address: string; readonly as: string | undefined }
  | { readonly do: 'silence'; readonly address: string }
  /** Tell the whole segment that the address is here. */
  | { readonly do: 'announce'; readonly address: string }
  /** Ask the whole segment who has the address, naming no sender address. */
  | { readonly do: 'probe'; readonly address: string }
  /** Ask one node by unicast who has its own address and, where one is named, who has that. */
  | { readonly do: 'ask'; readonly node: string; readonly address: string | undefined }
  | { readonly do: 'send'; readonly to: readonly string[]; readonly message: Message }
  /** A node has heard that the address is ours. */
  | { readonly do: 'witness'; readonly address: string; readonly node: string }
  /** The nodes to keep BFD sessions with, all of them. */
  | { readonly do: 'watch'; readonly nodes: readonly string[] }
  | {
      readonly do: 'report';
      readonly address: string;
      readonly role: Role;
      readonly cause: Cause;
      /** The other node that has to do with it. */
      readonly node: string | undefined;
      /** Milliseconds since that node was missed, where it was and is stood in for now. */
      readonly after?: number | undefined;
    };

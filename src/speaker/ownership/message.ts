import type { ToldMove } from './moves.ts';

/** What a node says of an address: it answers, it would but holds back for now, or it answers in another node's name. */
export type Claim =
  | { readonly role: 'Owner' | 'Held' }
  | { readonly role: 'Caretaker' /** The node whose MAC address it answers with. */; readonly of: string };

/** What a speaker is about to do, in the order of the codes. */
export const SPEAKER_STATES = ['Running', 'Restarting', 'Leaving'] as const;
export type SpeakerState = (typeof SPEAKER_STATES)[number];

/** An address and what the sender claims of it. */
export interface ClaimEntry {
  /** In the text form of RFC 5952. */
  readonly address: string;
  readonly claim: Claim;
  /** For how many milliseconds it has claimed that. */
  readonly age: number;
  /** Its moves by choice, as far as they matter; oldest first. */
  readonly moves: readonly ToldMove[];
}

/** A new claim, or none, in the order in which they came. */
export interface ClaimChange {
  readonly address: string;
  readonly claim: Claim | null;
  readonly age: number;
  readonly moves: readonly ToldMove[];
}

/** Why an address moves on purpose, in the order of the codes. */
export const MOVE_CAUSES = ['Draining', 'NotEligible', 'Preferred', 'Leaving'] as const;
export type MoveCause = (typeof MOVE_CAUSES)[number];

/** What messages there are, in the order of their codes. */
export const BODY_TYPES = [
  'Hello',
  'Query',
  'Claims',
  'Changes',
  'Offer',
  'Request',
  'Refuse',
  'Witness',
  'Poll',
  'Final',
] as const;

/** One message between the speakers of a segment. Each is complete or numbered: any of them may be lost, late or twice. */
export interface Message {
  readonly from: string;
  /** A random number for each life of a speaker, so that what an earlier life said is told apart. */
  readonly boot: number;
  /** How many changes of claims the sender has made in this life. */
  readonly version: number;
  readonly body: MessageBody;
}

export type MessageBody =
  /** A sign of life, sent to each peer. */
  | {
      readonly type: 'Hello';
      readonly state: SpeakerState;
      /** The sender's MAC address on the segment, for those that cannot read it in the store. */
      readonly mac?: string | undefined;
    }
  /** Asks for all claims. */
  | { readonly type: 'Query' }
  /** All claims of the sender, in pages that are numbered from 0. */
  | {
      readonly type: 'Claims';
      readonly page: number;
      readonly pages: number;
      readonly claims: readonly ClaimEntry[];
    }
  /** The changes that lead to `version`, each of which counts one. */
  | { readonly type: 'Changes'; readonly changes: readonly ClaimChange[] }
  /** The owner asks another node to take the address. */
  | { readonly type: 'Offer'; readonly address: string; readonly cause: MoveCause; readonly moves: readonly ToldMove[] }
  /** A node that is better placed asks the owner for the address. */
  | { readonly type: 'Request'; readonly address: string }
  /** No, to an offer or a request. */
  | { readonly type: 'Refuse'; readonly address: string }
  /** The sender has heard frames that say that the addresses are the receiver's. */
  | { readonly type: 'Witness'; readonly addresses: readonly string[] }
  /** Asks for a `Final` with the same number, named after the bits of RFC 5880 section 6.5. */
  | { readonly type: 'Poll'; readonly number: number }
  /** Answers a `Poll`, behind all claims that the sender had made when it read that: the rest it leaves to the receiver. */
  | { readonly type: 'Final'; readonly number: number };

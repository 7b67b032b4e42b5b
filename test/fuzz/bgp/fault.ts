import type { Random } from '../../sim/random.ts';

/** Where the session stands when the message comes. */
export type Stage = 'OpenSent' | 'OpenConfirm' | 'Established';

/** What a message is to meet, in the words of RFC 7606 section 2. */
export type Treatment =
  /** A NOTIFICATION with this code and subcode, and the end of the connection. */
  | { readonly reset: readonly [code: number, subcode: number] }
  /** The session stands, and none of the routes that are announced count. */
  | 'treat-as-withdraw'
  /** The session stands, the routes count, and the attribute is gone. */
  | { readonly discard: number }
  /** Nothing is wrong. */
  | 'accepted';

/** A message, and what the RFC wants in the Data field of the NOTIFICATION that answers it, where it says. */
export interface Made {
  readonly message: Uint8Array;
  readonly data?: Uint8Array | undefined;
  /** Routes that an UPDATE announces. */
  readonly announces?: number | undefined;
}

/** A way for a message to be malformed, and what the RFCs prescribe for it. */
export interface Fault {
  readonly name: string;
  /** The document and section that prescribes the treatment. */
  readonly source: string;
  readonly stages: readonly Stage[];
  /** The peer is in our AS; in another one where absent. */
  readonly isInternal?: boolean;
  /** The peer knows no AS numbers of 4 octets (RFC 6793). */
  readonly isOld?: boolean;
  readonly treatment: Treatment;
  make(random: Random): Made;
}

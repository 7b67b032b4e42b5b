import { ERROR } from './error-codes.ts';
import { type NotificationMessage, notification } from './notification.ts';

/**
 * What becomes of an UPDATE with a malformed attribute (RFC 7606 section 2), the strongest last. "AFI/SAFI disable" is
 * not used: where it could be, the session is reset.
 */
export const TREATMENTS = ['AttributeDiscard', 'TreatAsWithdraw', 'SessionReset'] as const;
/** See {@link TREATMENTS}. */
export type Treatment = (typeof TREATMENTS)[number];

/** What is wrong with one attribute. */
export interface AttributeFault {
  /** Attribute Type Code; undefined where not even that could be read. */
  readonly code: number | undefined;
  readonly treatment: Treatment;
  /** Subcode of UPDATE Message Error, for the NOTIFICATION of a session reset. */
  readonly subcode: number;
  /** Data of that NOTIFICATION. */
  readonly data: Uint8Array;
}

/** The fault with the strongest treatment, the first of equals (RFC 7606 section 3 h). */
export function strongestFault(faults: readonly AttributeFault[]): AttributeFault | undefined {
  let strongest: AttributeFault | undefined;
  for (const fault of faults) {
    if (strongest === undefined || isStronger(fault.treatment, strongest.treatment)) strongest = fault;
  }
  return strongest;
}

function isStronger(treatment: Treatment, other: Treatment): boolean {
  return TREATMENTS.indexOf(treatment) > TREATMENTS.indexOf(other);
}

/** The NOTIFICATION that resets the session for a fault. */
export function updateError({ subcode, data }: Pick<AttributeFault, 'subcode' | 'data'>): NotificationMessage {
  return notification(ERROR.updateMessage, subcode, data);
}

import type { StopReason } from './messages.ts';

/** Milliseconds for which a speaker that restarts goes on answering, so that others hear that it does. */
export const LAST_WORDS = 175;
/** Milliseconds for which a speaker that leaves waits for others to take over. */
export const HANDOVER_PATIENCE = 5000;
/**
 * Milliseconds for which what still comes to a node from which all has moved is accepted: a successor claims before it
 * announces, and neighbours hear it later still (measured: 21 ms of packets lost without).
 */
export const LAST_PACKETS = 500;

/** What a wire that ends waits for. Times are those of the monotonic clock. */
export interface EndingConditions {
  readonly reason: StopReason;
  /** When it began. */
  readonly now: number;
  /** Not before: until then what was said last goes its way. */
  readonly heardAt: number;
  /** Whether something is answered that others could take over. */
  hasHeir(): boolean;
}

/** The end of a wire, and when it is due. */
export class Ending {
  readonly #heardAt: number;
  /** At the latest, if that is later than `heardAt`. */
  readonly #by: number;
  readonly #lingersFor: number;
  readonly #hasHeir: () => boolean;
  /** Since when nobody is waited for any more. */
  #overSince = Number.POSITIVE_INFINITY;
  /** Closes everything. */
  readonly end: () => void;

  constructor({ reason, now, heardAt, hasHeir }: EndingConditions, end: () => void) {
    this.#heardAt = heardAt;
    this.#by = now + (reason === 'Restart' ? LAST_WORDS : HANDOVER_PATIENCE);
    this.#lingersFor = reason === 'Leave' && hasHeir() ? LAST_PACKETS : 0;
    this.#hasHeir = hasHeir;
    this.end = end;
  }

  isDue(now: number): boolean {
    if (now < this.#heardAt) return false;
    if (!this.#hasHeir()) this.#overSince = Math.min(this.#overSince, now);
    return now >= this.next(now);
  }

  /** When to look again, if nothing happens before. */
  next(now: number): number {
    if (now < this.#heardAt) return this.#heardAt;
    return Math.max(this.#heardAt, Math.min(this.#by, this.#overSince + this.#lingersFor));
  }
}

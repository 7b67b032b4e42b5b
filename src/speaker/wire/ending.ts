/** Milliseconds for which a speaker that restarts goes on answering, so that others hear that it does. */
export const LAST_WORDS = 175;
/** Milliseconds for which a speaker that leaves waits for others to take over. */
export const HANDOVER_PATIENCE = 5000;

/** What a wire that ends waits for. Times are those of the monotonic clock. */
export interface EndingConditions {
  /** Not before: until then what was said last goes its way. */
  readonly heardAt: number;
  /** At the latest, if that is later than `heardAt`. */
  readonly by: number;
  /** Nobody is waited for any more. */
  isOver(): boolean;
}

/** The end of a wire, and when it is due. */
export class Ending {
  readonly #conditions: EndingConditions;
  /** Closes everything. */
  readonly end: () => void;

  constructor(conditions: EndingConditions, end: () => void) {
    this.#conditions = conditions;
    this.end = end;
  }

  isDue(now: number): boolean {
    const { heardAt, by } = this.#conditions;
    return now >= heardAt && (now >= by || this.#conditions.isOver());
  }

  /** When to look again, if nothing happens before. */
  next(now: number): number {
    const { heardAt, by } = this.#conditions;
    return now < heardAt ? heardAt : Math.max(by, heardAt);
  }
}

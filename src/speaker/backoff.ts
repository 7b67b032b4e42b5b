/** Delays between attempts: each twice the one before, up to a limit. Without jitter: nobody else waits in step. */
export class Backoff {
  readonly #initial: number;
  readonly #limit: number;
  #delay: number;

  /** @param initial first delay, ms. @param limit longest delay, ms. */
  constructor(initial = 100, limit = 10_000) {
    this.#initial = initial;
    this.#limit = limit;
    this.#delay = initial;
  }

  /** The delay before the next attempt, ms. */
  next(): number {
    const delay = this.#delay;
    this.#delay = Math.min(this.#limit, delay * 2);
    return delay;
  }

  /** An attempt succeeded: begin with the first delay again. */
  reset(): void {
    this.#delay = this.#initial;
  }
}

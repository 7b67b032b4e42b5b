import type { Clock } from './clock.ts';

/** The one timer of a wire: set for whatever comes next, as often as that changes. */
export class WireTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #cancel: (() => void) | undefined;
  #at = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param at on the monotonic clock, ms; infinite for never */
  set(at: number): void {
    if (at === this.#at && this.#cancel !== undefined) return;
    this.cancel();
    if (at === Number.POSITIVE_INFINITY) return;
    this.#at = at;
    this.#cancel = this.#clock.after(at - this.#clock.monotonic(), () => {
      this.#cancel = undefined;
      this.#onDue();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

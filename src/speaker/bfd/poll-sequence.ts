/**
 * A Poll Sequence (RFC 5880 section 6.5): packets carry P until one with F comes back. A change during a sequence needs
 * one more, since the F may answer a packet from before the change.
 */
export class PollSequence {
  #active = false;
  #again = false;

  /** Whether packets carry P. */
  get active(): boolean {
    return this.#active;
  }

  /** The timers have changed. */
  start(): void {
    this.#again = this.#active;
    this.#active = true;
  }

  /** An F came. Returns whether the peer knows the present timers now. */
  finish(): boolean {
    if (!this.#active) return false;
    this.#active = this.#again;
    this.#again = false;
    return !this.#active;
  }
}

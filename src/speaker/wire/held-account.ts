import type { HeldSegment } from './messages.ts';

/** The least between two accounts, ms. */
export const HELD_PACE = 200;
/** What each address adds to the least time between two accounts of all, ms: they are composed and told whole. */
const PACE_OF_ADDRESS = 0.05;

/** Tells what this node answers for whenever that has changed, though not too often. */
export class HeldAccount {
  readonly #held: () => readonly HeldSegment[];
  readonly #tell: (held: readonly HeldSegment[]) => void;
  #isChanged = false;
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(held: () => readonly HeldSegment[], tell: (held: readonly HeldSegment[]) => void) {
    this.#held = held;
    this.#tell = tell;
  }

  changed(): void {
    this.#isChanged = true;
  }

  /** When {@link step} will tell, on the monotonic clock; Infinity while there is nothing new. */
  next(): number {
    return this.#isChanged ? this.#dueAt : Number.POSITIVE_INFINITY;
  }

  step(now: number): void {
    if (this.next() <= now) this.tellNow(now);
  }

  tellNow(now: number): void {
    const held = this.#held();
    const count = held.reduce((sum, { addresses }) => sum + addresses.length, 0);
    this.#isChanged = false;
    this.#dueAt = now + HELD_PACE + count * PACE_OF_ADDRESS;
    this.#tell(held);
  }
}

import type { OwnershipTiming } from './timing.ts';

/** One that asks again and again is left things to for so many times as long as one that asks once. */
const MOST = 3;

/** What is left to a peer that has asked by a `Poll` what this node has claimed, as it is about to claim the rest. */
export class Yielded {
  #since = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;

  constructor(private readonly timing: Pick<OwnershipTiming, 'poll'>) {}

  /** Until when what it asked about is left to it, where it is behind this node. */
  get until(): number {
    return this.#until;
  }

  /** It asks. One that does for ever, or that somebody repeats, keeps nothing from this node for ever. */
  asks(now: number): void {
    const { poll } = this.timing;
    if (now >= this.#until + poll) this.#since = now;
    this.#until = Math.min(now + poll, this.#since + MOST * poll);
  }
}

import type { OwnershipTiming } from './timing.ts';

/**
 * What a peer has claimed by now, asked of it: it answers behind all that it said before, so that whoever has read the
 * answer has read that too. Repeated until it answers; the first answer to any of them will do.
 */
export class Poll {
  #number = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #nextAt = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly timing: Pick<OwnershipTiming, 'askInterval'>) {}

  /** When {@link take} has something to do. */
  get dueAt(): number {
    return this.#nextAt;
  }

  /** When the last question that was answered was asked first. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Asks until then. A question that is under way goes on for as long: the turn of another address may come later. */
  begin(now: number, until: number): void {
    if (this.#nextAt !== Number.POSITIVE_INFINITY) {
      this.#until = Math.max(this.#until, until);
      return;
    }
    this.#number = (this.#number + 1) % 2 ** 32;
    this.#askedAt = now;
    this.#nextAt = now;
    this.#until = until;
  }

  /** The number to ask with now; undefined where it is not time. */
  take(now: number): number | undefined {
    if (now < this.#nextAt) return undefined;
    this.#nextAt = now < this.#until ? now + this.timing.askInterval : Number.POSITIVE_INFINITY;
    return now < this.#until ? this.#number : undefined;
  }

  /** The peer has answered the question with that number. */
  answer(number: number): void {
    if (number !== this.#number || this.#nextAt === Number.POSITIVE_INFINITY) return;
    this.#answeredAt = this.#askedAt;
    this.#nextAt = Number.POSITIVE_INFINITY;
  }
}

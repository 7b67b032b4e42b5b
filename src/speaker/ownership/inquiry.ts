import type { OwnershipTiming } from './timing.ts';

/** What an inquiry came to: its speaker answers, only its kernel does, or nothing. */
export type Verdict = 'Speaks' | 'Forwards' | 'Gone';

/**
 * Whether a node lives, asked by unicast ARP or NDP: for an address that it claims, which its speaker answers for, and
 * for its own, which its kernel answers for. Three questions each, so that one lost frame says nothing.
 */
export class Inquiry {
  readonly #timing: OwnershipTiming;
  #asked = 0;
  #nextAt: number;
  #kernelAnswers = false;
  #verdict: Verdict | undefined;
  #at: number | undefined;

  constructor(timing: OwnershipTiming, now: number) {
    this.#timing = timing;
    this.#nextAt = now;
  }

  /** Undefined while questions are out. */
  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** When the verdict was reached. */
  get at(): number | undefined {
    return this.#at;
  }

  /** When something is to be done; undefined when there is a verdict. */
  get dueAt(): number | undefined {
    return this.#verdict === undefined ? this.#nextAt : undefined;
  }

  /** Returns whether to ask now. */
  tick(now: number): boolean {
    if (this.#verdict !== undefined || now < this.#nextAt) return false;
    const { asks, askInterval, answerWithin } = this.#timing;
    if (this.#asked === asks) {
      this.#conclude(this.#kernelAnswers ? 'Forwards' : 'Gone', now);
      return false;
    }
    this.#asked++;
    this.#nextAt = now + (this.#asked === asks ? answerWithin : askInterval);
    return true;
  }

  answered(by: 'Speaker' | 'Kernel', now: number): void {
    if (this.#verdict === 'Speaks') return;
    if (by === 'Speaker') this.#conclude('Speaks', now);
    else this.#kernelAnswers = true;
  }

  #conclude(verdict: Verdict, now: number): void {
    this.#verdict = verdict;
    this.#at = now;
  }
}

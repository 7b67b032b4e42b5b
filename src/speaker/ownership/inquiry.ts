import type { OwnershipTiming } from './timing.ts';

/** What an inquiry came to: its speaker answers, only its kernel does, or nothing. */
export type Verdict = 'Speaks' | 'Forwards' | 'Gone';

/** What an inquiry wants of its owner at a tick. */
export type InquiryStep = 'wait' | 'ask' | Verdict;

/**
 * Whether a node lives, asked by unicast ARP or NDP: for an address that it claims, which its speaker answers for, and
 * for its own, which its kernel answers for. Three questions each, so that one lost frame says nothing.
 */
export class Inquiry {
  readonly #timing: OwnershipTiming;
  #asked = 0;
  #nextAt: number;
  #kernelAnswers = false;
  #speakerAnswers = false;
  #wasLate = false;

  constructor(timing: OwnershipTiming, now: number) {
    this.#timing = timing;
    this.#nextAt = now;
  }

  /** When {@link tick} has something to do. */
  get dueAt(): number {
    return this.#nextAt;
  }

  /** Whether anything has been answered so far. */
  get isAnswered(): boolean {
    return this.#kernelAnswers || this.#speakerAnswers;
  }

  /** @param speaks whether messages of the node say that its speaker lives, so that its kernel's answer is enough */
  tick(now: number, speaks: boolean): InquiryStep {
    if (this.#speakerAnswers || (this.#kernelAnswers && speaks)) return 'Speaks';
    if (now < this.#nextAt) return 'wait';
    const { asks, askInterval, answerWithin } = this.#timing;
    if (this.#asked === asks) {
      // Whoever comes late has not looked meanwhile: the answer may lie in the socket. The next time it has.
      const isLate = now - this.#nextAt > askInterval && !this.#wasLate;
      if (!isLate) return this.#kernelAnswers ? 'Forwards' : 'Gone';
      this.#wasLate = true;
      this.#nextAt = now + answerWithin;
      return 'wait';
    }
    this.#asked++;
    this.#nextAt = now + (this.#asked === asks ? answerWithin : askInterval);
    return 'ask';
  }

  answered(by: 'Speaker' | 'Kernel'): void {
    if (by === 'Speaker') this.#speakerAnswers = true;
    else this.#kernelAnswers = true;
  }
}

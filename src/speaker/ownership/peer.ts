import { ClaimTable, type Reading } from './claim-table.ts';
import { Inquiry } from './inquiry.ts';
import type { Message, SpeakerState } from './message.ts';
import type { OwnershipTiming } from './timing.ts';

/**
 * What is to be thought of a peer. `Doubtful`: not heard as it should be, an inquiry is under way or due. `Forwards`: its
 * speaker is silent, its kernel is not.
 */
export type Standing = 'Live' | 'Restarting' | 'Doubtful' | 'Forwards' | 'Gone';

/** What one node knows of another speaker on the segment. */
export class Peer {
  readonly table = new ClaimTable();
  readonly #timing: OwnershipTiming;
  #session: 'Up' | 'Down' | 'Unwatched' = 'Unwatched';
  #state: SpeakerState = 'Running';
  #restartingSince = 0;
  #heardAt: number | undefined;
  #helloAt: number;
  #queriedAt = Number.NEGATIVE_INFINITY;
  #inquiry: Inquiry | undefined;

  constructor(
    readonly node: string,
    readonly mac: string,
    timing: OwnershipTiming,
    now: number,
  ) {
    this.#timing = timing;
    this.#helloAt = now;
  }

  get isLeaving(): boolean {
    return this.#state === 'Leaving';
  }

  get isUp(): boolean {
    return this.#session === 'Up';
  }

  /** When its present standing began, where that is one that others wait from before they act. */
  get since(): number {
    return this.#inquiry?.at ?? this.#restartingSince;
  }

  standing(now: number): Standing {
    const verdict = this.#inquiry?.verdict;
    if (verdict === 'Forwards' || verdict === 'Gone') return verdict;
    if (this.#inquiry !== undefined && verdict === undefined) return 'Doubtful';
    if (verdict !== 'Speaks' && this.#isMissed(now)) return 'Doubtful';
    return this.#state === 'Restarting' ? 'Restarting' : 'Live';
  }

  /** When {@link tick} has something to do. */
  get dueAt(): number {
    const { helloLost, askAgain } = this.#timing;
    const lostAt = this.#session === 'Unwatched' && this.#heardAt !== undefined ? this.#heardAt + helloLost : undefined;
    const inquiry = this.#inquiry;
    const check = inquiry === undefined ? lostAt : (inquiry.dueAt ?? recheckAt(inquiry, askAgain));
    return Math.min(this.#helloAt, check ?? Number.POSITIVE_INFINITY);
  }

  session(state: 'Up' | 'Down' | 'Unwatched'): void {
    if (state === this.#session) return;
    this.#session = state;
    this.#inquiry = undefined;
  }

  /** Whether it is time for a sign of life of ours. */
  takeHello(now: number): boolean {
    if (now < this.#helloAt) return false;
    const { hello, helloUnheard } = this.#timing;
    const isHeard = this.#heardAt !== undefined && now - this.#heardAt < 2 * hello && this.#session !== 'Down';
    this.#helloAt = now + (isHeard ? hello : helloUnheard);
    return true;
  }

  /** A sign of life is due at once: the peer has just been heard again, or has to know something. */
  hastenHello(now: number): void {
    this.#helloAt = now;
  }

  read(message: Message, now: number): Reading {
    const reading = this.table.read(message);
    if (reading.isOld) return reading;
    this.#heardAt = now;
    if (reading.isNewLife) this.#inquiry = undefined;
    if (message.body.type === 'Hello') this.#takeState(message.body.state, now);
    // Whoever is taken for gone and speaks is asked once more: what it said may have been late.
    const verdict = this.#inquiry?.verdict;
    if (
      (verdict === 'Gone' || verdict === 'Forwards') &&
      now - (this.#inquiry?.at ?? now) >= this.#timing.careInterval
    ) {
      this.#inquiry = this.#session === 'Down' ? new Inquiry(this.#timing, now) : undefined;
    }
    return reading;
  }

  /** Whether to ask for all claims now. */
  takeQuery(now: number): boolean {
    if (this.table.isWhole || !this.table.isHeard || now - this.#queriedAt < this.#timing.queryInterval) return false;
    this.#queriedAt = now;
    return true;
  }

  /** Begins an inquiry where none is under way and the last one is old. */
  inquire(now: number, notBefore = 0): void {
    const at = this.#inquiry === undefined ? Number.NEGATIVE_INFINITY : this.#inquiry.at;
    if (at !== undefined && now - at >= notBefore) this.#inquiry = new Inquiry(this.#timing, now);
  }

  answered(by: 'Speaker' | 'Kernel', now: number): void {
    this.#inquiry?.answered(by, now);
  }

  /** Does what is due. Returns whether to ask now. */
  tick(now: number): boolean {
    const { askAgain } = this.#timing;
    const inquiry = this.#inquiry;
    if (inquiry === undefined) {
      if (!this.#isMissed(now)) return false;
      this.#inquiry = new Inquiry(this.#timing, now);
    } else if (inquiry.verdict === 'Speaks' && now >= (inquiry.at ?? now) + askAgain) {
      this.#inquiry = this.#isMissed(now) ? new Inquiry(this.#timing, now) : undefined;
    }
    return this.#inquiry?.tick(now) ?? false;
  }

  #takeState(state: SpeakerState, now: number): void {
    if (state === 'Restarting' && this.#state !== 'Restarting') this.#restartingSince = now;
    this.#state = state;
  }

  /** Whether signs of life that should come do not. */
  #isMissed(now: number): boolean {
    if (this.#session === 'Up') return false;
    if (this.#session === 'Down') return true;
    return this.#heardAt !== undefined && now - this.#heardAt >= this.#timing.helloLost;
  }
}

/** A peer that speaks and is watched in vain is asked again; one that does not is left to whoever takes care of it. */
function recheckAt({ verdict, at }: Inquiry, askAgain: number): number | undefined {
  return verdict === 'Speaks' && at !== undefined ? at + askAgain : undefined;
}

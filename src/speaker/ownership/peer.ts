import { ClaimTable, type Reading } from './claim-table.ts';
import { Inquiry, type Verdict } from './inquiry.ts';
import type { Message, SpeakerState } from './message.ts';
import { Poll } from './poll.ts';
import type { OwnershipTiming } from './timing.ts';
import { Yielded } from './yielded.ts';

/**
 * What is to be thought of a peer. `Doubtful`: not heard as it should be, an inquiry is under way or due. `Forwards`: its
 * speaker is silent, its kernel is not.
 */
export type Standing = 'Live' | 'Restarting' | 'Doubtful' | 'Forwards' | 'Gone';

export type SessionState = 'Up' | 'Down' | 'Unwatched';

/** What an inquiry has come to, and when. */
interface Finding {
  readonly is: Verdict;
  readonly at: number;
}

/** How often a speaker says that it is about to stop. */
const LAST_WORDS = 3;

/** What one node knows of another speaker on the segment. */
export class Peer {
  readonly table = new ClaimTable();
  readonly poll: Poll;
  readonly yielded: Yielded;
  /** Of its other interfaces on the segment, where the plan knows them. */
  otherMacs: readonly (string | undefined)[] = [];
  readonly #timing: OwnershipTiming;
  #isPlanned = true;
  #session: SessionState = 'Unwatched';
  #state: SpeakerState = 'Running';
  #toldMac: string | undefined;
  #restartingSince = 0;
  #lifeSince: number;
  #heardAt: number;
  #helloAt: number;
  #hellosInHaste = 0;
  #missedSince: number | undefined;
  #queriedAt = Number.NEGATIVE_INFINITY;
  #inquiry: Inquiry | undefined;
  #verdict: Finding | undefined;
  /** While its session is about to fall: it is asked already, */
  #advance: Inquiry | undefined;
  /** and what that came to counts once the session has fallen. */
  #foreseen: Finding | undefined;

  constructor(
    readonly node: string,
    /** Its MAC address, where the plan knows it. */
    public plannedMac: string | undefined,
    timing: OwnershipTiming,
    now: number,
  ) {
    this.#timing = timing;
    this.poll = new Poll(timing);
    this.yielded = new Yielded(timing);
    this.#helloAt = now;
    this.#heardAt = now;
    this.#lifeSince = now;
  }

  /** Its MAC address by the plan, of several that which it says itself, or else what it says; undefined while neither is known. */
  get mac(): string | undefined {
    if (this.#toldMac !== undefined && this.otherMacs.includes(this.#toldMac)) return this.#toldMac;
    return this.plannedMac ?? this.#toldMac;
  }

  /** As it says itself, whether or not the plan knows that; undefined while it has not. */
  get toldMac(): string | undefined {
    return this.#toldMac;
  }

  get isLeaving(): boolean {
    return this.#state === 'Leaving';
  }

  /** When its present standing began, where that is one that others wait from before they act. */
  get since(): number {
    return this.#verdict?.at ?? this.#restartingSince;
  }

  /** When its session fell, or signs of life that should have come had not; undefined where it was not missed. */
  get missedSince(): number | undefined {
    return this.#missedSince;
  }

  /** When its present life was first heard of. */
  get lifeSince(): number {
    return this.#lifeSince;
  }

  /** When it was last asked and its speaker answered. */
  get spokeAt(): number {
    return this.#verdict?.is === 'Speaks' ? this.#verdict.at : Number.NEGATIVE_INFINITY;
  }

  /** Whether a message of it came lately, though it may be deaf to what we say. */
  isHeard(now: number): boolean {
    return this.table.isHeard && now - this.#heardAt < 2 * this.#timing.hello;
  }

  /** Whether all its claims are known as they are after the time. */
  isKnownSince(time: number): boolean {
    return this.table.isWhole && this.#heardAt >= time;
  }

  /** Whether it was asked at the time or after what it claims, and that is known. */
  hasSettledSince(time: number): boolean {
    return this.table.isWhole && this.poll.answeredAt >= time;
  }

  standing(now: number): Standing {
    const verdict = this.#verdict?.is;
    if (verdict === 'Forwards' || verdict === 'Gone') return verdict;
    if (verdict === undefined && (this.#inquiry !== undefined || now >= this.#missedAt)) return 'Doubtful';
    return this.#state === 'Restarting' ? 'Restarting' : 'Live';
  }

  /** When {@link tick} or one of the `take` methods has something to do. */
  get dueAt(): number {
    const queryAt = this.#wantsQuery ? this.#queriedAt + this.#timing.queryInterval : Number.POSITIVE_INFINITY;
    const forgetAt = this.#isPlanned ? Number.POSITIVE_INFINITY : this.#heardAt + this.#timing.forget;
    const askAt = Math.min(this.#inquiry?.dueAt ?? this.#missedAt, this.#advance?.dueAt ?? Number.POSITIVE_INFINITY);
    return Math.min(this.#helloAt, queryAt, forgetAt, askAt, this.poll.dueAt);
  }

  session(state: SessionState, now: number): void {
    if (state === this.#session) return;
    this.#session = state;
    this.#missedSince = state === 'Down' ? now : undefined;
    const [foreseen, advance] = [this.#foreseen, this.#advance];
    this.#forgetForesight();
    // A session that is not wanted any more says nothing of the peer.
    if (state === 'Unwatched' && this.#verdict !== undefined) return;
    this.#inquiry = undefined;
    this.#verdict = undefined;
    if (state === 'Down') this.#fall(foreseen, advance, now);
  }

  /** Its session is about to fall: it is asked in advance, which changes nothing as long as it does not. */
  late(now: number): void {
    if (this.#session !== 'Up') return;
    this.#foreseen = undefined;
    this.#advance = new Inquiry(this.#timing, now);
  }

  /** What was found out so far counts no more: this node did not hear what it should have. */
  doubt(now: number): void {
    this.#forgetForesight();
    this.#verdict = undefined;
    this.#inquiry = this.#session === 'Up' ? undefined : new Inquiry(this.#timing, now);
  }

  /** Whether the plan knows it. */
  set isPlanned(isPlanned: boolean) {
    this.#isPlanned = isPlanned;
  }

  /** Whether the plan does not know it and nothing is heard of it any more. */
  isForgotten(now: number): boolean {
    return !this.#isPlanned && (!this.table.isHeard || now - this.#heardAt >= this.#timing.forget);
  }

  /** Whether it is time for a sign of life of ours. */
  takeHello(now: number): boolean {
    if (now < this.#helloAt) return false;
    const { hello, helloUnheard, helloRepeat } = this.#timing;
    if (this.#hellosInHaste > 0) this.#hellosInHaste--;
    const isHeard = this.isHeard(now) && this.#session !== 'Down';
    this.#helloAt = now + (this.#hellosInHaste > 0 ? helloRepeat : isHeard ? hello : helloUnheard);
    return true;
  }

  /** A sign of life is due soon: the peer has just been heard again, or has to know something. */
  hastenHello(at: number): void {
    this.#helloAt = Math.min(this.#helloAt, at);
  }

  /** It has to know at once, even if a message is lost. */
  repeatHello(now: number): void {
    this.#helloAt = now;
    this.#hellosInHaste = LAST_WORDS;
  }

  read(message: Message, now: number): Reading {
    const reading = this.table.read(message, now);
    if (reading.isPast) return reading;
    this.#heardAt = now;
    this.#forgetForesight();
    if (reading.isNewLife) {
      this.#state = 'Running';
      this.#lifeSince = now;
      this.#missedSince = undefined;
      this.#inquiry = undefined;
      this.#verdict = undefined;
    }
    if (message.body.type === 'Hello' && !reading.isOld) {
      this.#toldMac = message.body.mac ?? this.#toldMac;
      this.#takeState(message.body.state, now);
    }
    this.noticed(now);
    return reading;
  }

  /** Whoever is taken for gone and shows up is asked once more. */
  noticed(now: number): void {
    const verdict = this.#verdict;
    if (verdict === undefined) return;
    if (this.#session !== 'Down' && now - this.#heardAt < this.#timing.helloLost) this.#verdict = undefined;
    else if (verdict.is !== 'Speaks') {
      this.#verdict = undefined;
      this.inquire(now);
    }
  }

  /** Whether to ask for all claims now. */
  takeQuery(now: number): boolean {
    if (!this.#wantsQuery || now - this.#queriedAt < this.#timing.queryInterval) return false;
    this.#queriedAt = now;
    return true;
  }

  /** Begins an inquiry where none is under way and the last one is old. */
  inquire(now: number, notBefore = 0): void {
    if (this.#inquiry !== undefined) return;
    if (this.#verdict === undefined || now - this.#verdict.at >= notBefore) {
      this.#inquiry = new Inquiry(this.#timing, now);
      this.#missedSince ??= now;
    }
  }

  answered(by: 'Speaker' | 'Kernel'): void {
    this.#inquiry?.answered(by);
    this.#advance?.answered(by);
  }

  /** Does what is due. Returns whether to ask now. */
  tick(now: number): boolean {
    if (this.#inquiry === undefined && now >= this.#missedAt) this.inquire(now);
    const asksInAdvance = this.#askInAdvance(now);
    const speaks = this.table.isHeard && now - this.#heardAt < this.#timing.queryInterval;
    const step = this.#inquiry?.tick(now, speaks);
    if (step === undefined || step === 'wait') return asksInAdvance;
    if (step === 'ask') return true;
    this.#inquiry = undefined;
    this.#verdict = { is: step, at: now };
    if (step === 'Speaks') this.#missedSince = undefined;
    return asksInAdvance;
  }

  #askInAdvance(now: number): boolean {
    // A message that came before it was silent says nothing, and one that comes now ends this.
    const step = this.#advance?.tick(now, false);
    if (step === undefined || step === 'wait') return false;
    if (step === 'ask') return true;
    this.#advance = undefined;
    // Whoever speaks is asked anew when its session falls after all.
    this.#foreseen = step === 'Speaks' ? undefined : { is: step, at: now };
    return false;
  }

  /** The session has fallen: what was found out in advance is so, and questions that nobody has answered yet go on. */
  #fall(foreseen: Finding | undefined, advance: Inquiry | undefined, now: number): void {
    if (advance !== undefined && !advance.isAnswered) this.#inquiry = advance;
    if (foreseen === undefined || now - foreseen.at > this.#timing.foresight) return;
    this.#verdict = { is: foreseen.is, at: now };
    // It may have died since it answered.
    if (foreseen.is === 'Forwards') this.#inquiry = new Inquiry(this.#timing, now);
  }

  #forgetForesight(): void {
    this.#advance = undefined;
    this.#foreseen = undefined;
  }

  get #wantsQuery(): boolean {
    return this.table.isHeard && !this.table.isWhole;
  }

  #takeState(state: SpeakerState, now: number): void {
    if (state === 'Restarting' && this.#state !== 'Restarting') this.#restartingSince = now;
    this.#state = state;
  }

  /** When signs of life that should come have not, so that the peer is to be asked; again and again while it speaks. */
  get #missedAt(): number {
    if (this.#session === 'Up') return Number.POSITIVE_INFINITY;
    const { askAgain, helloLost } = this.#timing;
    const verdict = this.#verdict;
    if (verdict !== undefined && verdict.is !== 'Speaks') return Number.POSITIVE_INFINITY;
    if (this.#session === 'Unwatched') return Math.max(this.#heardAt, verdict?.at ?? 0) + helloLost;
    return verdict === undefined ? Number.NEGATIVE_INFINITY : Math.max(this.#heardAt, verdict.at) + askAgain;
  }
}

import { UNSPECIFIED } from '../ndp/solicited-node.ts';
import type { MldQuery } from './query.ts';
import { doneVersion1, type MldMessage, type MldRecord, RECORDS_A_REPORT, report, reportVersion1 } from './report.ts';

/** RFC 3810 section 9: how often a change is told, and within how many ms again. */
const ROBUSTNESS = 2;
const UNSOLICITED_REPORT_INTERVAL = 1000;
/** RFC 3810 sections 9.2 and 9.3, ms. */
const QUERY_INTERVAL = 125_000;
const QUERY_RESPONSE_INTERVAL = 10_000;
/** Milliseconds from one telling of all groups to the next: whoever asks without end shall not keep us busy with it. */
const ANSWER_INTERVAL = 1000;

/**
 * One interface as a listener of MLD (RFC 3810, RFC 2710), which takes what is sent to its groups from any source. Times are
 * ms on a monotonic clock. Nothing happens by itself: whoever has it calls {@link take} when {@link next} says so.
 */
export class MldListener {
  readonly #random: () => number;
  readonly #joined = new Set<bigint>();
  /** Groups whose last change has not been told often enough: how many times more. */
  readonly #untold = new Map<bigint, number>();
  /** Those of them whose turn it is. */
  readonly #telling = new Set<bigint>();
  #tellAgainAt = Number.POSITIVE_INFINITY;
  /** Groups that were asked for one by one. */
  readonly #asked = new Set<bigint>();
  #askedDueAt = Number.POSITIVE_INFINITY;
  #allDueAt = Number.POSITIVE_INFINITY;
  #allToldAt = Number.NEGATIVE_INFINITY;
  /** Groups that an answer is due for. */
  readonly #answering = new Set<bigint>();
  #robustness = ROBUSTNESS;
  #queryInterval = QUERY_INTERVAL;
  /** Until when there is a querier that knows version 1 alone (RFC 3810 section 9.12). */
  #version1Until = Number.NEGATIVE_INFINITY;

  /** @param random draws from 0 up to but not including 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether there is nothing to listen to, and nothing to tell. */
  get idle(): boolean {
    return this.#joined.size === 0 && this.#untold.size === 0;
  }

  join(group: bigint): void {
    this.#joined.add(group);
    this.#change(group);
  }

  leave(group: bigint): void {
    this.#joined.delete(group);
    this.#asked.delete(group);
    this.#answering.delete(group);
    this.#change(group);
  }

  /** Tells of all groups anew: nobody heard it, or others may be there to hear it. */
  restart(): void {
    for (const group of this.#joined) this.#change(group);
  }

  /** A query arrived; it is answered at some time before its delay is over (RFC 3810 section 6.2). */
  query({ version, group, maxResponseDelay, robustness, interval }: MldQuery, now: number): void {
    if (version === 1) {
      this.#version1Until = now + this.#robustness * this.#queryInterval + QUERY_RESPONSE_INTERVAL;
    } else {
      this.#robustness = robustness || ROBUSTNESS;
      this.#queryInterval = interval || QUERY_INTERVAL;
    }
    const at = now + this.#random() * maxResponseDelay;
    if (group === UNSPECIFIED) {
      this.#allDueAt = Math.min(this.#allDueAt, Math.max(at, this.#allToldAt + ANSWER_INTERVAL));
    } else if (this.#joined.has(group)) {
      this.#asked.add(group);
      this.#askedDueAt = Math.min(this.#askedDueAt, at);
    }
  }

  /** Takes out at most `limit` of the messages that are due; they count as sent. */
  take(now: number, limit: number): readonly MldMessage[] {
    this.#fire(now);
    const messages: MldMessage[] = [];
    while (messages.length < limit) {
      const message = now < this.#version1Until ? this.#nextVersion1(now) : this.#nextReport(now);
      if (message === undefined) break;
      messages.push(message);
    }
    return messages;
  }

  /** When {@link take} will next have something; Infinity for never. */
  next(): number {
    if (this.idle) return Number.POSITIVE_INFINITY;
    if (this.#telling.size > 0 || this.#answering.size > 0) return Number.NEGATIVE_INFINITY;
    return Math.min(this.#tellAgainAt, this.#askedDueAt, this.#allDueAt);
  }

  #change(group: bigint): void {
    this.#untold.set(group, this.#robustness);
    this.#telling.add(group);
  }

  #fire(now: number): void {
    if (this.#tellAgainAt <= now) {
      this.#tellAgainAt = Number.POSITIVE_INFINITY;
      for (const group of this.#untold.keys()) this.#telling.add(group);
    }
    if (this.#allDueAt <= now) {
      this.#allDueAt = Number.POSITIVE_INFINITY;
      this.#allToldAt = now;
      for (const group of this.#joined) this.#answering.add(group);
      this.#asked.clear();
    }
    if (this.#askedDueAt <= now) {
      for (const group of this.#asked) this.#answering.add(group);
      this.#asked.clear();
    }
    if (this.#asked.size === 0) this.#askedDueAt = Number.POSITIVE_INFINITY;
  }

  #nextReport(now: number): MldMessage | undefined {
    const records: MldRecord[] = [];
    while (records.length < RECORDS_A_REPORT) {
      const record = this.#nextRecord(now);
      if (record === undefined) break;
      records.push(record);
    }
    return records.length === 0 ? undefined : report(records);
  }

  #nextVersion1(now: number): MldMessage | undefined {
    const record = this.#nextRecord(now);
    if (record === undefined) return undefined;
    return record.type === 'ToInclude' ? doneVersion1(record.group) : reportVersion1(record.group);
  }

  /** Changes come first: what was asked for was known before. */
  #nextRecord(now: number): MldRecord | undefined {
    for (const group of this.#telling) {
      this.#telling.delete(group);
      this.#told(group, now);
      return { type: this.#joined.has(group) ? 'ToExclude' : 'ToInclude', group };
    }
    for (const group of this.#answering) {
      this.#answering.delete(group);
      return { type: 'IsExclude', group };
    }
    return undefined;
  }

  #told(group: bigint, now: number): void {
    const left = (this.#untold.get(group) ?? 1) - 1;
    if (left === 0) {
      this.#untold.delete(group);
      return;
    }
    this.#untold.set(group, left);
    if (this.#tellAgainAt !== Number.POSITIVE_INFINITY) return;
    this.#tellAgainAt = now + this.#random() * UNSOLICITED_REPORT_INTERVAL;
  }
}

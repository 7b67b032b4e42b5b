import type { Verdict } from '../arp/verdict.ts';
import type { LastAnswer, ProtocolCounters } from './messages.ts';
import type { WireDrop } from './protocol.ts';

const QUESTIONS: ReadonlySet<WireDrop> = new Set(['NotHeld', 'NotYetAnswering']);

/** What one protocol did on all links, so that a frame costs a few additions and no message. */
export class ProtocolTally {
  /** By interface, and then by address. */
  #answered = new Map<string, Map<string, number>>();
  #requestsReceived = 0;
  #repliesSent = 0;
  #announcementsSent = 0;
  #sourceMismatches = 0;
  readonly #dropped = new Map<WireDrop, number>();

  /** Counts a received frame. `replied`: for which address a reply went out, where, and when. */
  verdict({ outcome, sourceDiffers }: Verdict<unknown, WireDrop>, replied: LastAnswer | undefined): void {
    if (sourceDiffers) this.#sourceMismatches += 1;
    if ('reply' in outcome) {
      this.#requestsReceived += 1;
      if (replied === undefined) return;
      this.#repliesSent += 1;
      const [address, link, at] = replied;
      const answered = this.#answered.get(link) ?? new Map<string, number>();
      this.#answered.set(link, answered.set(address, at));
      return;
    }
    if (QUESTIONS.has(outcome.drop)) this.#requestsReceived += 1;
    this.drop(outcome.drop);
  }

  /** Counts a frame that came to nothing. */
  drop(reason: WireDrop): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  announcement(): void {
    this.#announcementsSent += 1;
  }

  /** When each address was last answered on each interface, since the last call. */
  takeAnswered(): readonly LastAnswer[] {
    const answered = this.#answered;
    this.#answered = new Map();
    return [...answered].flatMap(([link, times]) => [...times].map(([address, at]) => [address, link, at] as const));
  }

  /** Totals since the start. */
  counters(): ProtocolCounters {
    return {
      requestsReceived: this.#requestsReceived,
      repliesSent: this.#repliesSent,
      announcementsSent: this.#announcementsSent,
      sourceMismatches: this.#sourceMismatches,
      dropped: Object.fromEntries(this.#dropped),
    };
  }
}

import type { Verdict } from './arp/verdict.ts';
import type { ProtocolCounters } from './wire-messages.ts';
import type { LinkProtocol, WireDrop } from './wire-protocol.ts';

const QUESTIONS: ReadonlySet<WireDrop> = new Set(['NotHeld', 'NotYetAnswering']);

/** What one protocol did on all links, so that a frame costs a few additions and no message. */
export class ProtocolTally<A> {
  readonly #protocol: LinkProtocol<A>;
  #answered = new Map<A, number>();
  #requestsReceived = 0;
  #repliesSent = 0;
  #announcementsSent = 0;
  #sourceMismatches = 0;
  readonly #dropped = new Map<WireDrop, number>();

  constructor(protocol: LinkProtocol<A>) {
    this.#protocol = protocol;
  }

  /** Counts a received frame. `repliedAt` is when the reply went out, in ms since 1970; absent when none did. */
  verdict({ outcome, sourceDiffers }: Verdict<A, WireDrop>, repliedAt: number | undefined): void {
    if (sourceDiffers) this.#sourceMismatches += 1;
    if ('reply' in outcome) {
      this.#requestsReceived += 1;
      if (repliedAt === undefined) return;
      this.#repliesSent += 1;
      this.#answered.set(outcome.address, repliedAt);
      return;
    }
    if (QUESTIONS.has(outcome.drop)) this.#requestsReceived += 1;
    this.#dropped.set(outcome.drop, (this.#dropped.get(outcome.drop) ?? 0) + 1);
  }

  announcement(): void {
    this.#announcementsSent += 1;
  }

  /** When each address was last answered, since the last call. */
  takeAnswered(): readonly (readonly [address: string, at: number])[] {
    const answered = [...this.#answered].map(([address, at]) => [this.#protocol.format(address), at] as const);
    this.#answered = new Map();
    return answered;
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

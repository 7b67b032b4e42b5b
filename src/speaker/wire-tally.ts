import { formatIPv4 } from '../ip/address.ts';
import type { ArpDrop, ArpVerdict } from './arp/responder.ts';
import type { WireClaim, WireReport, WireState } from './wire-messages.ts';

const QUESTIONS: ReadonlySet<string> = new Set(['NotHeld', 'NotYetAnswering'] satisfies ArpDrop[]);

/** Collects what the next report says, so that a frame costs a few additions and no message. */
export class WireTally {
  #states = new Map<string, WireState | undefined>();
  #answered = new Map<number, number>();
  #claims = new Map<string, WireClaim>();
  #changed = false;
  #requestsReceived = 0;
  #repliesSent = 0;
  #gratuitousSent = 0;
  #sourceMismatches = 0;
  #conflicts = 0;
  readonly #dropped = new Map<ArpDrop, number>();

  /** Counts a received frame. `repliedAt` is when the reply went out, in ms since 1970; absent when none did. */
  verdict({ outcome, sourceDiffers }: ArpVerdict, repliedAt: number | undefined): void {
    this.#changed = true;
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

  gratuitous(): void {
    this.#changed = true;
    this.#gratuitousSent += 1;
  }

  claim(claim: WireClaim): void {
    this.#changed = true;
    this.#conflicts += 1;
    this.#claims.set(claim.address, claim);
  }

  state(address: string, state: WireState | undefined): void {
    this.#changed = true;
    this.#states.set(address, state);
  }

  /** The changes since the last call, or undefined when there are none. */
  take(): WireReport | undefined {
    if (!this.#changed) return undefined;
    const report: WireReport = {
      states: [...this.#states],
      answered: [...this.#answered].map(([address, at]) => [formatIPv4(address), at] as const),
      claims: [...this.#claims.values()],
      counters: {
        requestsReceived: this.#requestsReceived,
        repliesSent: this.#repliesSent,
        gratuitousSent: this.#gratuitousSent,
        sourceMismatches: this.#sourceMismatches,
        conflicts: this.#conflicts,
        dropped: Object.fromEntries(this.#dropped),
      },
    };
    this.#states = new Map();
    this.#answered = new Map();
    this.#claims = new Map();
    this.#changed = false;
    return report;
  }
}

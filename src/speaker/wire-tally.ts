import { ProtocolTally } from './protocol-tally.ts';
import type { BfdCounters, WireClaim, WireCounters, WireReport, WireState } from './wire-messages.ts';

/** Collects what the next report says. */
export class WireTally {
  readonly arp = new ProtocolTally();
  readonly ndp = new ProtocolTally();
  #states = new Map<string, WireState | undefined>();
  #claims = new Map<string, WireClaim>();
  #conflicts = 0;
  /** What the last report counted, as text: a report is due when something else stands there. */
  #counted: string;

  readonly #bfd: () => BfdCounters;

  /** @param bfd what the sessions count */
  constructor(bfd: () => BfdCounters) {
    this.#bfd = bfd;
    this.#counted = JSON.stringify(this.#counters());
  }

  claim(claim: WireClaim): void {
    this.#conflicts += 1;
    this.#claims.set(claim.address, claim);
  }

  /** States have changed since the last report: it is due at once. */
  get hasStates(): boolean {
    return this.#states.size > 0;
  }

  state(address: string, state: WireState | undefined): void {
    this.#states.set(address, state);
  }

  /** The changes since the last call, or undefined when there are none. */
  take(): WireReport | undefined {
    const counters = this.#counters();
    const counted = JSON.stringify(counters);
    if (counted === this.#counted && this.#states.size === 0) return undefined;
    this.#counted = counted;
    const report: WireReport = {
      states: [...this.#states],
      answered: [...this.arp.takeAnswered(), ...this.ndp.takeAnswered()],
      claims: [...this.#claims.values()],
      counters,
    };
    this.#states = new Map();
    this.#claims = new Map();
    return report;
  }

  #counters(): WireCounters {
    return { arp: this.arp.counters(), ndp: this.ndp.counters(), bfd: this.#bfd(), conflicts: this.#conflicts };
  }
}

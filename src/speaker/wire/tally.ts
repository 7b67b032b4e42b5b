import type { BfdCounters, RoleReport, WireClaim, WireCounters, WireReport, WitnessReport } from './messages.ts';
import { OwnershipTally } from './ownership-tally.ts';
import { ProtocolTally } from './protocol-tally.ts';

/** Collects what the next report says. */
export class WireTally {
  readonly arp = new ProtocolTally();
  readonly ndp = new ProtocolTally();
  readonly ownership = new OwnershipTally();
  #roles: RoleReport[] = [];
  #witnesses: WitnessReport[] = [];
  #claims = new Map<string, WireClaim>();
  #conflicts = 0;
  /** See {@link WireCounters.unwatched}. */
  unwatched = 0;
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

  witness(report: WitnessReport): void {
    this.#witnesses.push(report);
  }

  /** Roles have changed since the last report: it is due at once. */
  get hasRoles(): boolean {
    return this.#roles.length > 0;
  }

  role(report: RoleReport): void {
    this.#roles.push(report);
  }

  /** The changes since the last call, or undefined when there are none. */
  take(): WireReport | undefined {
    const counters = this.#counters();
    const counted = JSON.stringify(counters);
    if (counted === this.#counted && this.#roles.length + this.#witnesses.length === 0) return undefined;
    this.#counted = counted;
    const report: WireReport = {
      roles: this.#roles,
      answered: [...this.arp.takeAnswered(), ...this.ndp.takeAnswered()],
      witnesses: this.#witnesses,
      claims: [...this.#claims.values()],
      counters,
    };
    this.#roles = [];
    this.#witnesses = [];
    this.#claims = new Map();
    return report;
  }

  #counters(): WireCounters {
    return {
      arp: this.arp.counters(),
      ndp: this.ndp.counters(),
      bfd: this.#bfd(),
      ownership: this.ownership.counters(),
      unwatched: this.unwatched,
      conflicts: this.#conflicts,
    };
  }
}

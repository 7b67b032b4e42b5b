import type { WireClaim } from './messages.ts';

/** Most often that a stranger's claim is reported for one address, ms. */
const INTERVAL = 1000;

/** The claims of strangers, as often as they are worth a report. */
export class StrangerReports {
  readonly #reportedAt = new Map<string, number>();
  readonly #report: (claim: WireClaim) => void;

  constructor(report: (claim: WireClaim) => void) {
    this.#report = report;
  }

  /** @param seen ms since 1970 @param now monotonic, ms */
  note(address: string, mac: string, seen: number, now: number): void {
    if (now - (this.#reportedAt.get(address) ?? Number.NEGATIVE_INFINITY) < INTERVAL) return;
    this.#reportedAt.set(address, now);
    this.#report({ address, mac, seen });
  }
}

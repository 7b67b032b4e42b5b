import type { OwnershipCounters, OwnershipDrop } from './messages.ts';

/** Counts the ownership messages of all segments. */
export class OwnershipTally {
  #received = 0;
  #sent = 0;
  readonly #dropped = new Map<OwnershipDrop, number>();

  received(): void {
    this.#received += 1;
  }

  sent(): void {
    this.#sent += 1;
  }

  drop(reason: OwnershipDrop): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  /** Totals since the start. */
  counters(): OwnershipCounters {
    return { received: this.#received, sent: this.#sent, dropped: Object.fromEntries(this.#dropped) };
  }
}

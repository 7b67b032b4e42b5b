import { Counter, type Registry } from 'prom-client';
import type { OwnershipCounters } from '../wire/messages.ts';

/** The numbers of the messages by which speakers agree who answers. */
export class OwnershipMetrics {
  readonly #received: Counter;
  readonly #sent: Counter;
  readonly #dropped: Counter<'reason'>;

  constructor(registry: Registry) {
    this.#received = new Counter({
      name: 'berth_ownership_messages_received_total',
      help: 'Ownership messages received, those that are dropped included.',
      registers: [registry],
    });
    this.#sent = new Counter({
      name: 'berth_ownership_messages_sent_total',
      help: 'Ownership messages sent to other speakers.',
      registers: [registry],
    });
    this.#dropped = new Counter({
      name: 'berth_ownership_messages_dropped_total',
      help: 'Ownership messages received that came to nothing, by reason.',
      labelNames: ['reason'],
      registers: [registry],
    });
  }

  /** Adds what has come since `before`. */
  count(totals: OwnershipCounters, before: OwnershipCounters): void {
    this.#received.inc(totals.received - before.received);
    this.#sent.inc(totals.sent - before.sent);
    const dropped: Readonly<Record<string, number>> = before.dropped;
    for (const [reason, total] of Object.entries(totals.dropped)) {
      this.#dropped.inc({ reason }, total - (dropped[reason] ?? 0));
    }
  }
}

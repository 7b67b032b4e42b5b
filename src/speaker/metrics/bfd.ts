import { Counter, Gauge, type Registry } from 'prom-client';
import type { BfdCounters } from '../wire/messages.ts';

/** The numbers of the BFD sessions. */
export class BfdMetrics {
  readonly #sessions: Gauge<'state'>;
  readonly #received: Counter;
  readonly #sent: Counter;
  readonly #dropped: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#sessions = new Gauge({
      name: 'berth_bfd_sessions',
      help: 'BFD sessions with other speakers and with BGP peers, by state.',
      labelNames: ['state'],
      registers,
    });
    this.#received = new Counter({
      name: 'berth_bfd_packets_received_total',
      help: 'BFD packets received.',
      registers,
    });
    this.#sent = new Counter({ name: 'berth_bfd_packets_sent_total', help: 'BFD packets sent.', registers });
    this.#dropped = new Counter({
      name: 'berth_bfd_packets_dropped_total',
      help: 'BFD packets received that came to nothing, by reason.',
      labelNames: ['reason'],
      registers,
    });
  }

  /** Adds what has come since `before`. */
  count(totals: BfdCounters, before: BfdCounters): void {
    for (const [state, sessions] of Object.entries(totals.sessions)) this.#sessions.set({ state }, sessions);
    this.#received.inc(totals.received - before.received);
    this.#sent.inc(totals.sent - before.sent);
    const dropped: Readonly<Record<string, number>> = before.dropped;
    for (const [reason, total] of Object.entries(totals.dropped)) {
      this.#dropped.inc({ reason }, total - (dropped[reason] ?? 0));
    }
  }
}

import { Counter, Gauge, type Registry } from 'prom-client';
import type { WireCounters } from './wire-messages.ts';

/** The speaker's numbers. The worker reports totals since it started; these go on counting when it starts anew. */
export class SpeakerMetrics {
  readonly #requests: Counter;
  readonly #replies: Counter;
  readonly #gratuitous: Counter;
  readonly #mismatches: Counter;
  readonly #dropped: Counter<'reason'>;
  readonly #announced: Gauge;
  readonly #conflicts: Counter;
  readonly #takeovers: Counter;
  #counted: WireCounters = NOTHING;

  constructor(registry: Registry) {
    const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
    this.#requests = counter(
      'berth_arp_requests_received_total',
      'ARP requests received, but for announcements and those of this node.',
    );
    this.#replies = counter('berth_arp_replies_sent_total', 'ARP replies sent for addresses of Services.');
    this.#gratuitous = counter('berth_gratuitous_arp_sent_total', 'Gratuitous ARP requests sent.');
    this.#mismatches = counter(
      'berth_arp_source_mismatches_total',
      'ARP packets whose Ethernet source is not their sender hardware address.',
    );
    this.#dropped = new Counter({
      name: 'berth_arp_frames_dropped_total',
      help: 'Frames received that got no reply, by reason.',
      labelNames: ['reason'],
      registers: [registry],
    });
    this.#announced = new Gauge({
      name: 'berth_addresses_announced',
      help: 'Addresses that this node answers for at present.',
      registers: [registry],
    });
    this.#conflicts = counter(
      'berth_address_conflicts_total',
      'Times a stranger was heard to use an address of ours, at most one a second for each address.',
    );
    this.#takeovers = counter(
      'berth_takeovers_total',
      'Addresses that this node began to answer for after another node, or a former worker, had.',
    );
  }

  /** Adds what has come since the last call for the same worker. */
  count(totals: WireCounters): void {
    const before = this.#counted;
    this.#counted = totals;
    this.#requests.inc(totals.requestsReceived - before.requestsReceived);
    this.#replies.inc(totals.repliesSent - before.repliesSent);
    this.#gratuitous.inc(totals.gratuitousSent - before.gratuitousSent);
    this.#mismatches.inc(totals.sourceMismatches - before.sourceMismatches);
    this.#conflicts.inc(totals.conflicts - before.conflicts);
    const dropped: Readonly<Record<string, number>> = before.dropped;
    for (const [reason, total] of Object.entries(totals.dropped)) {
      this.#dropped.inc({ reason }, total - (dropped[reason] ?? 0));
    }
  }

  /** The next totals come from a new worker, which counts from 0. */
  workerEnded(): void {
    this.#counted = NOTHING;
  }

  announced(addresses: number): void {
    this.#announced.set(addresses);
  }

  tookOver(): void {
    this.#takeovers.inc();
  }
}

const NOTHING: WireCounters = {
  requestsReceived: 0,
  repliesSent: 0,
  gratuitousSent: 0,
  sourceMismatches: 0,
  conflicts: 0,
  dropped: {},
};

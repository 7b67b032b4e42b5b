import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Cause } from '../ownership/protocol.ts';
import type { BfdCounters, ProtocolCounters, WireCounters } from '../wire/messages.ts';
import { BfdMetrics } from './bfd.ts';
import { OwnershipMetrics } from './ownership.ts';

/** Why a node begins to answer for an address that another had, or should have. */
const TAKEOVERS = ['OwnerGone', 'SpeakerGone', 'Offered', 'NobodyHasIt'] as const satisfies readonly Cause[];
/** Why it does so in the name of a node that is missed: the time that this takes is told as well. */
const CARES = ['SpeakerSilent', 'Restarting'] as const satisfies readonly Cause[];

/** Whether a node that answers for an address for this cause has taken it over. */
export function isTakeover(cause: Cause): boolean {
  return TAKEOVERS.some((each) => each === cause);
}

/** The speaker's numbers. The worker reports totals since it started; these go on counting when it starts anew. */
export class SpeakerMetrics {
  readonly #arp: ProtocolMetrics;
  readonly #ndp: ProtocolMetrics;
  readonly #bfd: BfdMetrics;
  readonly #announced: Gauge;
  readonly #conflicts: Counter;
  readonly #withheld: Gauge<'reason'>;
  readonly #takeovers: Counter<'cause'>;
  readonly #takeoverTime: Histogram<'cause'>;
  readonly #workersLost: Counter;
  readonly #unwatched: Gauge;
  readonly #ownership: OwnershipMetrics;
  #counted: WireCounters = NOTHING;

  constructor(registry: Registry) {
    this.#arp = new ProtocolMetrics(registry, ARP_NAMES);
    this.#ndp = new ProtocolMetrics(registry, NDP_NAMES);
    this.#bfd = new BfdMetrics(registry);
    this.#announced = new Gauge({
      name: 'berth_addresses_announced',
      help: 'Addresses that this node answers for at present.',
      registers: [registry],
    });
    this.#withheld = new Gauge({
      name: 'berth_addresses_withheld',
      help: 'Addresses of Services that this node does not announce, by reason; NotOwner is where another node does.',
      labelNames: ['reason'],
      registers: [registry],
    });
    this.#conflicts = counter(
      registry,
      'berth_address_conflicts_total',
      'Times a stranger was heard to use an address of ours, at most one a second for each address.',
    );
    this.#takeovers = new Counter({
      name: 'berth_takeovers_total',
      help: 'Addresses that this node began to answer for after another node had, by cause.',
      labelNames: ['cause'],
      registers: [registry],
    });
    this.#takeoverTime = new Histogram({
      name: 'berth_l2_takeover_seconds',
      help: 'From when the former owner of an address was missed until this node answered for it, by cause.',
      labelNames: ['cause'],
      buckets: [0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1, 3, 10, 30, 60],
      registers: [registry],
    });
    // Prometheus sees no increase in what begins with its first count.
    for (const cause of TAKEOVERS) this.#takeovers.inc({ cause }, 0);
    for (const cause of [...TAKEOVERS, ...CARES]) this.#takeoverTime.zero({ cause });
    this.#unwatched = new Gauge({
      name: 'berth_l2_peers_unwatched',
      help: 'Nodes whose speaker is heard and whose BFD session does not come up.',
      registers: [registry],
    });
    this.#workersLost = counter(
      registry,
      'berth_wire_worker_failures_total',
      'Times the thread that answers ended unasked, with all its addresses silent until it was started anew.',
    );
    this.#ownership = new OwnershipMetrics(registry);
  }

  /** Adds what has come since the last call for the same worker. */
  count(totals: WireCounters): void {
    const before = this.#counted;
    this.#counted = totals;
    this.#arp.count(totals.arp, before.arp);
    this.#ndp.count(totals.ndp, before.ndp);
    this.#bfd.count(totals.bfd, before.bfd);
    this.#ownership.count(totals.ownership, before.ownership);
    this.#unwatched.set(totals.unwatched);
    this.#conflicts.inc(totals.conflicts - before.conflicts);
  }

  /** The next totals come from a new worker, which counts from 0. */
  workerEnded(): void {
    this.#bfd.count(NO_SESSIONS, NO_SESSIONS);
    this.#unwatched.set(0);
    this.#counted = NOTHING;
    this.#workersLost.inc();
  }

  announced(addresses: number): void {
    this.#announced.set(addresses);
  }

  withheld(reasons: Iterable<{ readonly reason: string; readonly count: number }>): void {
    this.#withheld.reset();
    // One reason may be there for each protocol.
    for (const { reason, count } of reasons) this.#withheld.inc({ reason }, count);
  }

  /** @param after milliseconds since the former owner was missed; undefined where it let go by itself */
  tookOver(cause: Cause, after: number | undefined): void {
    this.#takeovers.inc({ cause });
    if (after !== undefined) this.#takeoverTime.observe({ cause }, after / 1000);
  }

  /** This node answers in the name of another. @param after as in {@link tookOver} */
  caredFor(cause: Cause, after: number): void {
    this.#takeoverTime.observe({ cause }, after / 1000);
  }
}

/** Names and meanings of one protocol's counters. */
type ProtocolNames = Readonly<Record<keyof ProtocolCounters, readonly [name: string, help: string]>>;

const ARP_NAMES: ProtocolNames = {
  requestsReceived: [
    'berth_arp_requests_received_total',
    'ARP requests received, but for announcements and those of this node.',
  ],
  repliesSent: ['berth_arp_replies_sent_total', 'ARP replies sent for addresses of Services.'],
  announcementsSent: ['berth_gratuitous_arp_sent_total', 'Gratuitous ARP requests sent.'],
  sourceMismatches: [
    'berth_arp_source_mismatches_total',
    'ARP packets whose Ethernet source is not their sender hardware address.',
  ],
  dropped: ['berth_arp_frames_dropped_total', 'ARP frames received that got no reply, by reason.'],
};

const NDP_NAMES: ProtocolNames = {
  requestsReceived: [
    'berth_ndp_solicitations_received_total',
    'Neighbor Solicitations received, but for those of this node.',
  ],
  repliesSent: [
    'berth_ndp_advertisements_sent_total',
    'Neighbor Advertisements sent in answer, for addresses of Services.',
  ],
  announcementsSent: ['berth_unsolicited_ndp_sent_total', 'Unsolicited Neighbor Advertisements sent.'],
  sourceMismatches: [
    'berth_ndp_source_mismatches_total',
    'Neighbor discovery messages whose Ethernet source is not the link-layer address in them.',
  ],
  dropped: [
    'berth_ndp_frames_dropped_total',
    'Frames of neighbor and router discovery, and queries of MLD, received that came to nothing, by reason.',
  ],
};

function counter(registry: Registry, name: string, help: string): Counter {
  return new Counter({ name, help, registers: [registry] });
}

class ProtocolMetrics {
  readonly #requests: Counter;
  readonly #replies: Counter;
  readonly #announcements: Counter;
  readonly #mismatches: Counter;
  readonly #dropped: Counter<'reason'>;

  constructor(registry: Registry, names: ProtocolNames) {
    this.#requests = counter(registry, ...names.requestsReceived);
    this.#replies = counter(registry, ...names.repliesSent);
    this.#announcements = counter(registry, ...names.announcementsSent);
    this.#mismatches = counter(registry, ...names.sourceMismatches);
    const [name, help] = names.dropped;
    this.#dropped = new Counter({ name, help, labelNames: ['reason'], registers: [registry] });
  }

  count(totals: ProtocolCounters, before: ProtocolCounters): void {
    this.#requests.inc(totals.requestsReceived - before.requestsReceived);
    this.#replies.inc(totals.repliesSent - before.repliesSent);
    this.#announcements.inc(totals.announcementsSent - before.announcementsSent);
    this.#mismatches.inc(totals.sourceMismatches - before.sourceMismatches);
    const dropped: Readonly<Record<string, number>> = before.dropped;
    for (const [reason, total] of Object.entries(totals.dropped)) {
      this.#dropped.inc({ reason }, total - (dropped[reason] ?? 0));
    }
  }
}

const NO_FRAMES: ProtocolCounters = {
  requestsReceived: 0,
  repliesSent: 0,
  announcementsSent: 0,
  sourceMismatches: 0,
  dropped: {},
};
const NO_SESSIONS: BfdCounters = {
  sessions: { AdminDown: 0, Down: 0, Init: 0, Up: 0 },
  received: 0,
  sent: 0,
  dropped: {},
};
const NOTHING: WireCounters = {
  arp: NO_FRAMES,
  ndp: NO_FRAMES,
  bfd: NO_SESSIONS,
  ownership: { received: 0, sent: 0, dropped: {} },
  unwatched: 0,
  conflicts: 0,
};

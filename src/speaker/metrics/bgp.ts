import { Counter, Gauge, type Registry } from 'prom-client';
import type { SessionReport } from '../wire/bgp-messages.ts';

/** The numbers of the BGP sessions, by the names of their peers. Those of a peer that is no more go with it. */
export class BgpMetrics {
  readonly #up: Gauge<'peer'>;
  readonly #advertised: Gauge<'peer'>;
  readonly #oversized: Gauge<'peer'>;
  readonly #received: Counter<'peer'>;
  readonly #lost: Counter<'peer'>;
  readonly #ttlExceeded: Counter;
  #sessions: ReadonlyMap<string, SessionReport> = new Map();

  constructor(registry: Registry) {
    const shared = { labelNames: ['peer'] as const, registers: [registry] };
    this.#up = new Gauge({ name: 'berth_bgp_session_up', help: 'Whether a BGP session is Established.', ...shared });
    this.#advertised = new Gauge({
      name: 'berth_bgp_advertised_routes',
      help: 'Routes that a BGP peer was told and not untold.',
      ...shared,
    });
    this.#oversized = new Gauge({
      name: 'berth_bgp_oversized_routes',
      help: 'Routes that a BGP peer is not told, since their attributes do not fit one message.',
      ...shared,
    });
    this.#received = new Counter({
      name: 'berth_bgp_received_routes_total',
      help: 'Routes that a BGP peer told us. They are checked, and used for nothing.',
      ...shared,
    });
    this.#lost = new Counter({
      name: 'berth_bgp_sessions_lost_total',
      help: 'Times a BGP session that was Established ended, though its peer is still wanted.',
      ...shared,
    });
    this.#ttlExceeded = new Counter({
      name: 'berth_bgp_ttl_exceeded_total',
      help: 'ICMP messages "time exceeded" that the node sent while it advertised over BGP and did not reject what nobody serves: where they go on, such traffic bounces.',
      registers: [registry],
    });
  }

  /** So many packets more have ended their TTL on this node. */
  ttlExceeded(packets: number): void {
    this.#ttlExceeded.inc(packets);
  }

  /** These are all sessions. */
  set(sessions: readonly SessionReport[]): void {
    this.#up.reset();
    this.#advertised.reset();
    this.#oversized.reset();
    const before = this.#sessions;
    this.#sessions = new Map(sessions.map((each) => [each.peer, each]));
    for (const peer of before.keys()) if (!this.#sessions.has(peer)) this.#forget(peer);
    for (const session of sessions) {
      const { peer, state, advertised, received, oversized } = session;
      const last = before.get(peer);
      this.#up.set({ peer }, state === 'Established' ? 1 : 0);
      this.#advertised.set({ peer }, advertised);
      this.#oversized.set({ peer }, oversized?.count ?? 0);
      // A new session begins to count at 0.
      const counted = last?.received ?? 0;
      this.#received.inc({ peer }, received < counted ? received : received - counted);
      this.#lost.inc({ peer }, last !== undefined && hasLost(last, session) ? 1 : 0);
    }
  }

  #forget(peer: string): void {
    this.#received.remove({ peer });
    this.#lost.remove({ peer });
  }
}

/** One that is Established again has been lost in between: reports tell the last state. */
function hasLost(last: SessionReport, now: SessionReport): boolean {
  return last.state === 'Established' && (now.state !== 'Established' || now.since !== last.since);
}

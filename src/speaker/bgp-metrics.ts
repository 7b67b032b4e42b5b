import { Counter, Gauge, type Registry } from 'prom-client';
import type { SessionReport } from './wire/bgp-messages.ts';

/** The numbers of the BGP sessions, by the names of their peers. */
export class BgpMetrics {
  readonly #up: Gauge<'peer'>;
  readonly #advertised: Gauge<'peer'>;
  readonly #received: Counter<'peer'>;
  readonly #counted = new Map<string, number>();

  constructor(registry: Registry) {
    const shared = { labelNames: ['peer'] as const, registers: [registry] };
    this.#up = new Gauge({ name: 'berth_bgp_session_up', help: 'Whether a BGP session is Established.', ...shared });
    this.#advertised = new Gauge({
      name: 'berth_bgp_advertised_routes',
      help: 'Routes that a BGP peer was told and not untold.',
      ...shared,
    });
    this.#received = new Counter({
      name: 'berth_bgp_received_routes_total',
      help: 'Routes that a BGP peer told us. They are checked, and used for nothing.',
      ...shared,
    });
  }

  /** These are all sessions. */
  set(sessions: readonly SessionReport[]): void {
    this.#up.reset();
    this.#advertised.reset();
    for (const { peer, state, advertised, received } of sessions) {
      this.#up.set({ peer }, state === 'Established' ? 1 : 0);
      this.#advertised.set({ peer }, advertised);
      // A new session begins to count at 0.
      const before = this.#counted.get(peer) ?? 0;
      this.#received.inc({ peer }, received < before ? received : received - before);
      this.#counted.set(peer, received);
    }
  }
}

import type { BgpMetrics } from '../metrics/bgp.ts';
import { type Clock, every } from '../wire/clock.ts';

/** Milliseconds between looks at the kernel's counter. */
export const LOOK = 10_000;
/** So many looks are judged by together. */
const LOOKS = 6;
/** Packets in all of them together that are more than somebody's traceroute. */
const MANY = 5;
/** Looks without any after which it is over. */
const QUIET_LOOKS = 60;

export interface BouncingTrafficOptions {
  readonly clock: Clock;
  readonly metrics: Pick<BgpMetrics, 'ttlExceeded'>;
  /** How many packets have ended their TTL on this node so far. @throws where the kernel does not say */
  count(): number;
  /** Whether this node advertises something, and does not reject what nobody serves. */
  isExposed(): boolean;
  /** {@link BouncingTraffic.since} has changed. */
  onChange(): void;
}

/**
 * Whether packets end their TTL on this node while it advertises. What is sent to an advertised address that no rule
 * translates bounces between the node and its router: of that one half ends here, and half at the router.
 */
export class BouncingTraffic {
  readonly #options: BouncingTrafficOptions;
  readonly #cancel: () => void;
  #counted: number | undefined;
  /** What each of the last looks has found, the latest last. */
  #found: readonly number[] = [];
  #quiet = 0;
  #since: number | undefined;

  constructor(options: BouncingTrafficOptions) {
    this.#options = options;
    this.#cancel = every(options.clock, LOOK, () => this.#look());
  }

  /** Since when, ms since 1970; undefined where they do not. */
  get since(): number | undefined {
    return this.#since;
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const before = this.#since;
    if (this.#options.isExposed()) this.#judge(this.#increase());
    else this.#forget();
    if (this.#since !== before) this.#options.onChange();
  }

  #judge(increase: number): void {
    this.#options.metrics.ttlExceeded(increase);
    this.#found = [...this.#found, increase].slice(-LOOKS);
    this.#quiet = increase === 0 ? this.#quiet + 1 : 0;
    if (this.#quiet >= QUIET_LOOKS) this.#since = undefined;
    else if (this.#found.reduce((sum, each) => sum + each, 0) >= MANY) this.#since ??= this.#options.clock.wall();
  }

  #increase(): number {
    const before = this.#counted;
    try {
      this.#counted = this.#options.count();
    } catch {
      this.#counted = undefined;
    }
    return Math.max(0, (this.#counted ?? 0) - (before ?? this.#counted ?? 0));
  }

  #forget(): void {
    this.#counted = undefined;
    this.#found = [];
    this.#quiet = 0;
    this.#since = undefined;
  }
}

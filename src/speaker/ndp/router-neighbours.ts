import { DOUBT } from './router-schedule.ts';

/** A router that has advertised itself. */
export interface HeardRouter {
  /** Its link-local address. */
  readonly address: bigint;
  /** Its MAC address: the source of the frame. */
  readonly mac: number;
  /** As it said, in seconds; 0 where it wants to be no default router. */
  readonly lifetime: number;
}

/**
 * Milliseconds for which one counts that names no lifetime: three times the longest default interval between
 * advertisements (RFC 4861 section 6.2.1).
 */
const UNNAMED_LIFETIME = 1_800_000;
/** Nobody has so many on a link between two: more are a fault or an attack, and need no memory. */
const MOST = 8;

interface Known {
  readonly mac: number;
  /** On the monotonic clock, ms. */
  until: number;
}

/** What an advertisement told. */
export type Hearing =
  /** A router that was not known. */
  | 'New'
  /** One that was. */
  | 'Known'
  /** More than are remembered. */
  | 'TooMany';

/**
 * The routers that were heard on one interface. A machine that has another address now has only that one. Times are
 * milliseconds on a monotonic clock.
 */
export class RouterNeighbours {
  readonly #known = new Map<bigint, Known>();

  /** A new one puts those that were known in doubt: they are to be asked whether they are still there. */
  heard({ address, mac, lifetime }: HeardRouter, now: number): Hearing {
    this.expire(now);
    const until = now + (lifetime === 0 ? UNNAMED_LIFETIME : lifetime * 1000);
    const known = this.#known.get(address);
    if (known !== undefined) {
      this.#known.set(address, { mac, until });
      return 'Known';
    }
    for (const [other, { mac: source }] of this.#known) if (source === mac) this.#known.delete(other);
    if (this.#known.size >= MOST) return 'TooMany';
    for (const other of this.#known.values()) other.until = Math.min(other.until, now + DOUBT);
    this.#known.set(address, { mac, until });
    return 'New';
  }

  /** Forgets those that were not heard for too long. Returns whether there were any. */
  expire(now: number): boolean {
    const before = this.#known.size;
    for (const [address, { until }] of this.#known) if (until <= now) this.#known.delete(address);
    return this.#known.size < before;
  }

  /** Their addresses, in the order in which they were heard first. */
  addresses(): readonly bigint[] {
    return [...this.#known.keys()];
  }

  /** When the next one is forgotten; Infinity for never. */
  next(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#known.values()].map(({ until }) => until));
  }
}

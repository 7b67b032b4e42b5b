import { formatAddress } from '../../ip/address.ts';
import { bitsOf } from '../../ip/family.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { rangeOfPrefix, rangesOverlap } from '../../ip/range.ts';
import type { Logger } from '../../log/logger.ts';
import { KernelRejectedPrefixes, type RejectedPrefixes } from '../../os/rejected-prefixes.ts';
import type { SpeakerOptions } from '../speaker.ts';
import { type Clock, systemClock } from '../wire/clock.ts';

/**
 * Milliseconds for which traffic to a prefix is rejected after its withdrawal: a router goes on sending until it has taken
 * the withdrawal in and changed its forwarding table, and those behind it until they have.
 */
export const LINGER = 10_000;
/** The same at the end, where every millisecond also keeps the next speaker from starting. */
export const LAST_LINGER = 1000;

/**
 * Has the kernel reject what arrives for an advertised prefix and is translated by no rule: it would go back to the router
 * by the default route, and bounce between the two until its TTL ends.
 */
export class Unserved {
  readonly #rejected: RejectedPrefixes;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #known = new Map<string, Prefix>();
  /** Withdrawn, and rejected until a moment of the monotonic clock; the first one ends first. */
  readonly #lingering = new Map<string, { readonly prefix: Prefix; readonly until: number }>();
  #cancelSweep: (() => void) | undefined;
  #fault = '';

  /** What an earlier process has left is taken away. */
  constructor(rejected: RejectedPrefixes, clock: Clock, logger: Logger) {
    this.#rejected = rejected;
    this.#clock = clock;
    this.#logger = logger;
    this.#try(() => rejected.clear());
  }

  /**
   * These are all that is advertised.
   *
   * @param own networks of this node's interfaces: an aggregate that has a part of one is passed over, as its neighbours
   *   there must stay within reach
   */
  replace(prefixes: Iterable<Prefix>, own: readonly Prefix[]): void {
    const wanted = new Map([...prefixes].map((each) => [textOf(each), each]));
    for (const [key, prefix] of this.#known) if (!wanted.has(key)) this.set(prefix, false);
    for (const prefix of wanted.values()) this.set(prefix, true, own);
    for (const [key, prefix] of this.#known) if (!isFree(prefix, own)) this.#takeAway(key, prefix);
    for (const [key, { prefix }] of this.#lingering) if (!isFree(prefix, own)) this.#takeAway(key, prefix);
  }

  /** One prefix is advertised from now on, or no longer: what still comes for it is rejected for a while. */
  set(prefix: Prefix, isAdvertised: boolean, own: readonly Prefix[] = []): void {
    const key = textOf(prefix);
    if (this.#known.has(key) === isAdvertised) return;
    if (!isAdvertised) {
      this.#known.delete(key);
      this.#lingering.set(key, { prefix, until: this.#clock.monotonic() + LINGER });
      this.#sweepLater(LINGER);
    } else if (isFree(prefix, own)) {
      const isThere = this.#lingering.delete(key);
      if (isThere || this.#try(() => this.#rejected.add(prefix))) this.#known.set(key, prefix);
    }
  }

  /** Rejects nothing any more, soon after all is withdrawn; resolves then. */
  async end(): Promise<void> {
    this.#cancelSweep?.();
    if (this.#known.size + this.#lingering.size > 0) {
      await new Promise<void>((resolve) => this.#clock.after(LAST_LINGER, resolve));
    }
    this.#known.clear();
    this.#lingering.clear();
    this.#try(() => this.#rejected.clear());
  }

  #takeAway(key: string, prefix: Prefix): void {
    this.#known.delete(key);
    this.#lingering.delete(key);
    this.#try(() => this.#rejected.delete(prefix));
  }

  #sweepLater(delay: number): void {
    this.#cancelSweep ??= this.#clock.after(delay, () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const [key, { prefix, until }] of this.#lingering) {
      if (until > now) {
        this.#sweepLater(until - now);
        return;
      }
      this.#takeAway(key, prefix);
    }
  }

  #try(change: () => void): boolean {
    try {
      change();
      this.#fault = '';
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#fault) this.#logger.warn('traffic that nobody serves is not rejected', { reason });
      this.#fault = reason;
      return false;
    }
  }
}

/** As a speaker is told to; undefined where nothing is to be rejected. */
export function openUnserved({
  rejectUnserved,
  rejectedPrefixes = new KernelRejectedPrefixes(),
  clock = systemClock,
  logger,
}: Pick<SpeakerOptions, 'rejectUnserved' | 'rejectedPrefixes' | 'clock' | 'logger'>): Unserved | undefined {
  if (rejectUnserved === undefined) return undefined;
  const unserved = new Unserved(rejectedPrefixes, clock, logger);
  return rejectUnserved ? unserved : undefined;
}

function isFree(prefix: Prefix, own: readonly Prefix[]): boolean {
  if (prefix.length === bitsOf(prefix.address.family)) return true;
  return !own.some((network) => rangesOverlap(rangeOfPrefix(network), rangeOfPrefix(prefix)));
}

function textOf({ address, length }: Prefix): string {
  return `${formatAddress(address)}/${length}`;
}

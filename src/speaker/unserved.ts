import { formatAddress } from '../ip/address.ts';
import { bitsOf } from '../ip/family.ts';
import type { Prefix } from '../ip/prefix.ts';
import { rangeOfPrefix, rangesOverlap } from '../ip/range.ts';
import type { Logger } from '../log/logger.ts';
import { KernelRejectedPrefixes, type RejectedPrefixes } from '../os/rejected-prefixes.ts';
import type { SpeakerOptions } from './speaker.ts';

/**
 * Has the kernel reject what arrives for an advertised prefix and is translated by no rule: it would go back to the router
 * by the default route, and bounce between the two until its TTL ends.
 */
export class Unserved {
  readonly #rejected: RejectedPrefixes;
  readonly #logger: Logger;
  readonly #known = new Map<string, Prefix>();
  #fault = '';

  /** What an earlier process has left is taken away. */
  constructor(rejected: RejectedPrefixes, logger: Logger) {
    this.#rejected = rejected;
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
    const wanted = new Map([...prefixes].filter((prefix) => isFree(prefix, own)).map((each) => [textOf(each), each]));
    for (const [key, prefix] of this.#known) if (!wanted.has(key)) this.set(prefix, false);
    for (const prefix of wanted.values()) this.set(prefix, true, own);
  }

  /** One prefix is advertised from now on, or no longer. */
  set(prefix: Prefix, isAdvertised: boolean, own: readonly Prefix[] = []): void {
    const key = textOf(prefix);
    if (this.#known.has(key) === isAdvertised) return;
    if (!isAdvertised) {
      this.#known.delete(key);
      this.#try(() => this.#rejected.delete(prefix));
    } else if (isFree(prefix, own)) {
      if (this.#try(() => this.#rejected.add(prefix))) this.#known.set(key, prefix);
    }
  }

  /** Rejects nothing any more. */
  clear(): void {
    this.#known.clear();
    this.#try(() => this.#rejected.clear());
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
  logger,
}: Pick<SpeakerOptions, 'rejectUnserved' | 'rejectedPrefixes' | 'logger'>): Unserved | undefined {
  if (rejectUnserved === undefined) return undefined;
  const unserved = new Unserved(rejectedPrefixes, logger);
  return rejectUnserved ? unserved : undefined;
}

function isFree(prefix: Prefix, own: readonly Prefix[]): boolean {
  if (prefix.length === bitsOf(prefix.address.family)) return true;
  return !own.some((network) => rangesOverlap(rangeOfPrefix(network), rangeOfPrefix(prefix)));
}

function textOf({ address, length }: Prefix): string {
  return `${formatAddress(address)}/${length}`;
}

/** Milliseconds for which one change of a node's Lease counts as life. */
export const LIFETIME = 3000;

interface Sign {
  /** What the Lease said; only whether it changes matters, so no clock is compared with another node's. */
  readonly said: string;
  readonly until: number;
}

/**
 * Which of the other nodes are alive: those whose Lease changed within {@link LIFETIME}, by our own monotonic clock. A
 * Lease seen for the first time counts as changed, whatever its age.
 */
export class Liveness {
  readonly #signs = new Map<string, Sign>();

  /** The node's Lease says this now. */
  observe(node: string, said: string, now: number): void {
    if (this.#signs.get(node)?.said !== said) this.#signs.set(node, { said, until: now + LIFETIME });
  }

  /** The node's Lease is gone: its speaker has stopped and said so. */
  forget(node: string): void {
    this.#signs.delete(node);
  }

  /**
   * Our own Lease could not be renewed from `since` to `now`: silence then says more about the store than about the
   * nodes, so whoever was alive at `since` gets a full {@link LIFETIME} from now.
   */
  excuse(since: number, now: number): void {
    for (const [node, { said, until }] of this.#signs) {
      if (until > since) this.#signs.set(node, { said, until: now + LIFETIME });
    }
  }

  alive(now: number): ReadonlySet<string> {
    return new Set([...this.#signs].filter(([, { until }]) => until > now).map(([node]) => node));
  }

  /** When the next node that is alive at `now` will have been silent for too long, or undefined. */
  next(now: number): number | undefined {
    const ends = [...this.#signs.values()].map(({ until }) => until).filter((until) => until > now);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }
}

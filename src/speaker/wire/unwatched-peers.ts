/** Milliseconds after which a session that has never been Up is told of. */
export const UNWATCHED_AFTER = 10_000;

/** A node that a session is wanted with. */
export interface WantedSession {
  readonly node: string;
  /** Whether the session has been Up since it is wanted. */
  readonly hasBeenUp: boolean;
  /** Whether the speaker of the node is there at all. */
  readonly speaks: boolean;
}

/**
 * The peers whose BFD session never comes Up though they speak: something keeps the packets away. They are watched by
 * their signs of life, which takes seconds.
 */
export class UnwatchedPeers {
  readonly #since = new Map<string, number>();
  readonly #told = new Set<string>();

  /** @param tell called once for each node */
  constructor(private readonly tell: (node: string) => void) {}

  /** These sessions are wanted now. Returns how many of them have been told of and still are not up. @param now monotonic, ms */
  look(wanted: readonly WantedSession[], now: number): number {
    const open = new Set(wanted.filter(({ hasBeenUp, speaks }) => speaks && !hasBeenUp).map(({ node }) => node));
    for (const node of this.#since.keys()) if (!open.has(node)) this.#since.delete(node);
    for (const node of this.#told) if (!open.has(node)) this.#told.delete(node);
    for (const node of open) if (!this.#since.has(node)) this.#since.set(node, now);
    for (const [node, since] of this.#since) {
      if (this.#told.has(node) || now - since < UNWATCHED_AFTER) continue;
      this.#told.add(node);
      this.tell(node);
    }
    return this.#told.size;
  }
}

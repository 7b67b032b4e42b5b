/**
 * The right to allocate: at most one process has it at a time. In a cluster it is a Lease, in a shared folder a lock
 * file. Losing it is silent until somebody looks, so look before every write.
 */
export interface Leadership {
  /** True while this process may write. Judged by a monotonic clock: false once a renewal is overdue. */
  held(): boolean;
  /** Who holds it as far as is known, for logs and status; undefined when nobody does. */
  holder(): string | undefined;
  /**
   * Since when, in the milliseconds of `performance.now`, no other process can have written by this right; undefined where
   * nothing is known of the time before it was taken.
   */
  aloneSince?(): number | undefined;
  /** Calls back each time `held` turns true or false. Returns a function that ends it. */
  onChange(listener: (held: boolean) => void): () => void;
  /** Begins to try for it, and to renew it. */
  start(): void;
  /** Gives it up so that another process can have it at once. */
  stop(): Promise<void>;
}

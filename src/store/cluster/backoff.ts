/** How long to stay away from a server after failures, in milliseconds. */
export interface BackoffBounds {
  readonly shortest: number;
  readonly longest: number;
}

/** As client-go's reflector has it. */
export const DEFAULT_BACKOFF: BackoffBounds = { shortest: 800, longest: 30_000 };

/**
 * The pause after a number of failures in a row: anywhere between the shortest and a limit that doubles with each
 * failure, so that clients that lost one server together do not come back together.
 *
 * @param failures 1 or more
 * @param random at least 0, below 1
 */
export function backoff(failures: number, random: number, { shortest, longest }: BackoffBounds): number {
  const limit = Math.min(longest, shortest * 2 ** Math.min(failures, 30));
  return shortest + random * (limit - shortest);
}

import type { AuditedRequest } from '../../test/cluster/audit.ts';

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  /** No longer in it. */
  readonly to: number;
}

/** How many requests of a user arrived in a span, as a rate by the minute. A watch is one, whenever it ends. */
export function requestsPerMinute(requests: readonly AuditedRequest[], user: string, { from, to }: Span): number {
  const arrived = new Set<string>();
  for (const { id, user: whose, receivedAt } of requests) {
    if (whose === user && receivedAt >= from && receivedAt < to) arrived.add(id);
  }
  return (arrived.size * 60_000) / (to - from);
}

import type { Request } from './request.ts';

/**
 * The rule for two Services found holding one address without the right to share it: the earlier transition of
 * `berth.dev/Allocated` to True keeps it, then the earlier creation, then namespace and name. Those without a time come
 * last. Negative when `a` comes first.
 */
export function compareHolders(a: Request, b: Request): number {
  return compareInstants(a.allocatedSince, b.allocatedSince) || compareAge(a, b);
}

/** The order in which Services that hold nothing are served: creation time, then namespace and name. */
export function compareAge(a: Request, b: Request): number {
  return compareInstants(a.createdAt, b.createdAt) || compare(a.namespace, b.namespace) || compare(a.key, b.key);
}

/** Subtraction would make NaN of two infinities. */
function compareInstants(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

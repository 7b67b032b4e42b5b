/** What stands in a log line in place of a secret. */
export const REDACTED = '[redacted]';

/** Names of fields whose value is never printed, wherever in a value they stand. */
const SECRET_NAME = /passw(or)?d|passphrase|secret|token|credential|authorization|private.?key|hmac.?key/i;

/** Deeper than this a value is cut off: log lines carry keys and reasons, not documents. */
const MAX_DEPTH = 6;

/** The errors whose stack is told: each, none, or those of a fault in the program, which say nothing without. */
type Stacks = 'All' | 'Faults' | 'None';

/**
 * A log field as a JSON value: errors with their `code` and `cause`, bigints as decimal text, dates as RFC 3339, maps
 * and sets as objects and lists, and every member whose name speaks of a secret replaced by {@link REDACTED}.
 * A value that contains itself is cut off with `[…]`.
 */
export function logValue(name: string, value: unknown, stacks: Stacks, depth = 0): unknown {
  if (SECRET_NAME.test(name) && value !== undefined && value !== null) return REDACTED;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[…]';
  if (value instanceof Error) return errorValue(value, stacks, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (value instanceof Map) return members(value.entries(), stacks, depth);
  if (value instanceof Set) return [...value].map((entry) => logValue('', entry, stacks, depth + 1));
  if (Array.isArray(value)) return value.map((entry) => logValue('', entry, stacks, depth + 1));
  return members(Object.entries(value), stacks, depth);
}

function members(entries: Iterable<[unknown, unknown]>, stacks: Stacks, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, entry] of entries) result[String(key)] = logValue(String(key), entry, stacks, depth + 1);
  return result;
}

/** The parts of an error that help: what it is, what it says, its code, where it came from, and what caused it. */
function errorValue(error: Error, stacks: Stacks, depth: number): Record<string, unknown> {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const within = stacks === 'Faults' && isRefusal(code) ? 'None' : stacks;
  const result: Record<string, unknown> = { name: error.name, message: error.message };
  if (code !== undefined) result.code = logValue('code', code, within, depth + 1);
  if (error.stack && within !== 'None') result.stack = error.stack;
  if (cause !== undefined) result.cause = logValue('cause', cause, within, depth + 1);
  if (error instanceof AggregateError)
    result.errors = error.errors.map((each) => logValue('', each, within, depth + 1));
  return result;
}

/** Whether a code is that of a store, an API or the kernel, which have refused something; Node.js gives its own to wrong calls. */
function isRefusal(code: unknown): boolean {
  return typeof code === 'string' && !code.startsWith('ERR_');
}

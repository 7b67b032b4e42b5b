import * as z from 'zod';

const PATTERN = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;
const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/**
 * A duration in the form that Kubernetes' Gateway API uses (GEP-2257, a subset of Go's `time.ParseDuration`), such as
 * `100ms`, `90s` or `1h30m`, between two others.
 */
export function durationBetween(least: string, most: string) {
  const message = `must be a duration from ${least} to ${most}, such as 100ms, 90s or 1h30m`;
  const isBetween = (value: number) => milliseconds(least) <= value && value <= milliseconds(most);
  return z
    .string({ error: ({ input }) => (typeof input === 'number' ? withoutUnit(input) : undefined) })
    .max(24, { abort: true })
    .refine((text) => PATTERN.test(text) && isBetween(milliseconds(text)), { error: message })
    .meta({
      'x-kubernetes-validations': [
        {
          rule: `self.matches('${PATTERN.source}') && duration(self) >= duration('${least}') && duration(self) <= duration('${most}')`,
          message,
        },
      ],
    });
}

const WHOLE_SECONDS = /^([0-9]{1,5}(h|m|s)){1,4}$/;

/** A duration of whole seconds between two others, such as `90s` or `1h30m`; `0s` too where that has a meaning. */
export function wholeSecondsBetween(least: string, most: string, { orZero = false } = {}) {
  const message = `must be ${orZero ? '0s or ' : ''}a duration of whole seconds from ${least} to ${most}, such as 90s or 1h30m`;
  const isBetween = (value: number) =>
    (orZero && value === 0) || (milliseconds(least) <= value && value <= milliseconds(most));
  const zero = orZero ? "duration(self) == duration('0s') || " : '';
  return z
    .string({ error: ({ input }) => (typeof input === 'number' ? withoutUnit(input) : undefined) })
    .max(24, { abort: true })
    .refine((text) => WHOLE_SECONDS.test(text) && isBetween(milliseconds(text)), { error: message })
    .meta({
      'x-kubernetes-validations': [
        {
          rule: `self.matches('${WHOLE_SECONDS.source}') && (${zero}duration(self) >= duration('${least}') && duration(self) <= duration('${most}'))`,
          message,
        },
      ],
    });
}

/** A number can only be meant as seconds; a fraction of them is written in milliseconds. */
function withoutUnit(seconds: number): string {
  const meant = Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
  const remedy = PATTERN.test(meant) ? `write ${meant}` : 'write it such as 100ms, 90s or 1h30m';
  return `must be a duration with its unit, not the number ${seconds}: ${remedy}`;
}

/**
 * A duration of whole seconds, as their number.
 *
 * @throws RangeError for text that is not a duration.
 */
export function seconds(duration: string): number {
  return milliseconds(duration) / 1000;
}

/**
 * A duration in milliseconds, a whole number of at least 0.
 *
 * @throws RangeError for text that is not a duration.
 */
export function milliseconds(duration: string): number {
  if (!PATTERN.test(duration)) throw new RangeError(`"${duration}" is not a duration such as 100ms, 90s or 1h30m`);
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+)(ms|h|m|s)/g)) {
    total += Number(count) * UNITS[unit as keyof typeof UNITS];
  }
  return total;
}

/** One row of a bench: times of one case at one size. */
export interface Result {
  readonly name: string;
  /** The size of the case, such as the number of Services. */
  readonly n: number;
  /** `ms`, `us`, `MiB`, or `x` for a ratio. */
  readonly unit: string;
  readonly median: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** How many samples the figures are taken from. */
  readonly runs: number;
}

/** Summarises samples: the median, the 99th percentile (nearest rank) and the maximum. */
export function summarise(name: string, n: number, unit: string, samples: readonly number[]): Result {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { name, n, unit, median: rank(0.5), p99: rank(0.99), max: sorted.at(-1) ?? null, runs: sorted.length };
}

/** Milliseconds that `body` takes. */
export function milliseconds(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}

/**
 * Runs a case several times, each on a fresh set-up that is not timed.
 *
 * @param warmUps runs whose times are thrown away, so that what is measured is compiled code.
 */
export function repeat<T>(runs: number, warmUps: number, setUp: () => T, body: (state: T) => void): number[] {
  const samples: number[] = [];
  for (let run = -warmUps; run < runs; run++) {
    const state = setUp();
    const time = milliseconds(() => body(state));
    if (run >= 0) samples.push(time);
  }
  return samples;
}

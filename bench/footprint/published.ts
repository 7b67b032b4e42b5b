import type { Result } from '../measure.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * `node:24-slim` for linux/amd64, as the maintainers of Docker's official images publish it in docker-library/repo-info:
 * repos/node/local/24.21.0-slim.md (image made on 2026-09-09: 229.94 MB on disk) and repos/node/remote/24-slim.md (image
 * made on 2026-08-03, Node.js 24.19.0: 80,451,137 octets to transfer). In MiB.
 */
export const NODE_SLIM = { onDisk: 229_940_000 / MEBIBYTE, toTransfer: 80_451_137 / MEBIBYTE } as const;

/** MetalLB v0.16.1 with 1,000 to 5,000 Services, as it was measured for Berth's design: resident memory in MiB. */
export const METALLB = { controller: [70, 133], speaker: [60, 100] } as const;

/** Figures from elsewhere, to print beside those that a run has measured: none of its `runs` is of this run. */
export function published(name: string, n: number, unit: string, low: number, high = low): Result {
  return { name, n, unit, median: low, p99: null, max: high, runs: 0 };
}

/** What was not measured. */
export function unmeasured(name: string, n: number, unit: string): Result {
  return { name, n, unit, median: null, p99: null, max: null, runs: 0 };
}

import type { Result } from './measure.ts';

/** How a bench is run. */
export interface BenchOptions {
  /** A first look, in under 50 s. */
  readonly quick: boolean;
  /** `converge` only: watches what an idle cluster costs, instead of anything else. */
  readonly idle: boolean;
  /** For how long; default 10, and half a minute for a first look. */
  readonly idleMinutes: number;
  /** `bgp` and `failover-l2` only: some of their trials. */
  readonly trials: TrialOptions;
  /** Says what is to be printed where the bench is ended, or fails, before its end. */
  interim(rows: () => readonly Result[]): void;
}

/** Which trials are run, and how often. */
export interface TrialOptions {
  /** By name; all when empty. */
  readonly only: readonly string[];
  /** With so many addresses or prefixes, each in its turn; as the bench has it when empty. */
  readonly n: readonly number[];
  /** Each so often; as the bench has it when undefined. */
  readonly times: number | undefined;
}

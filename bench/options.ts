/** How a bench is run. */
export interface BenchOptions {
  /** A first look, in under 50 s. */
  readonly quick: boolean;
  /** `converge` only: watches what an idle cluster costs, instead of anything else. */
  readonly idle: boolean;
  /** For how long; default 10, and half a minute for a first look. */
  readonly idleMinutes: number;
  /** `failover-l2` only: some of its trials. */
  readonly trials: TrialOptions;
}

/** Which trials are run, and how often. */
export interface TrialOptions {
  /** By name; all when empty. */
  readonly only: readonly string[];
  /** With so many addresses, each in its turn; as the bench has it when empty. */
  readonly n: readonly number[];
  /** Each so often; as the bench has it when undefined. */
  readonly times: number | undefined;
}

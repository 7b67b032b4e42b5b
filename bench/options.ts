/** How a bench is run. */
export interface BenchOptions {
  /** A first look, in under 50 s. */
  readonly quick: boolean;
  /** `converge` only: watches what an idle cluster costs, instead of anything else. */
  readonly idle: boolean;
  /** For how long; default 10, and half a minute for a first look. */
  readonly idleMinutes: number;
}

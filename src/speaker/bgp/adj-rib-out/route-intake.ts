import type { AdjRibOut } from './adj-rib-out.ts';
import type { RouteAttributes } from './route-attributes.ts';
import { type RouteRun, unpackRoutes } from './route-run.ts';

/** What a peer is to be told, on its way into the {@link AdjRibOut}: in its order, a portion at a time. */
export class RouteIntake {
  readonly #rib: AdjRibOut;
  #steps: Iterator<undefined, void>[] = [];
  #isComplete = false;

  constructor(rib: AdjRibOut) {
    this.#rib = rib;
  }

  /** All that the peer is to be told has been there once. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** These are all. What came before and is not yet taken in counts for nothing. */
  replace(runs: readonly RouteRun[]): void {
    this.#steps = [this.#replacing(runs)];
  }

  /** These have changed. */
  change(runs: readonly RouteRun[]): void {
    this.#steps.push(this.#rib.changing(unpackRoutes(runs)));
  }

  /** See {@link AdjRibOut.rewriting}. */
  rewrite(of: (attributes: RouteAttributes) => RouteAttributes): void {
    this.#steps.push(this.#rib.rewriting(of));
  }

  /** Takes in a portion of what waits. False where nothing is left. */
  advance(): boolean {
    if (this.#steps[0]?.next().done === true) this.#steps.shift();
    return this.#steps.length > 0;
  }

  *#replacing(runs: readonly RouteRun[]): Generator<undefined, void> {
    yield* this.#rib.replacing(unpackRoutes(runs));
    this.#isComplete = true;
  }
}

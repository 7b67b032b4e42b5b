import { compareAge, compareHolders } from './precedence.ts';
import type { Request } from './request.ts';

/**
 * Which Services are to be decided, and in which order: round by round. A round has all that are due when it begins: holders
 * first, in the order of the rule for two holders, then the others by age. What becomes due meanwhile waits for the next one.
 */
export class DueServices {
  readonly #requestOf: (service: string) => Request | undefined;
  readonly #holds: (service: string) => boolean;
  /** For the next round. */
  readonly #waiting = new Set<string>();
  /** Of the round under way. */
  #round: readonly Request[] = [];
  #decided = 0;

  /**
   * @param requestOf what a Service asks for; undefined where it is not ours any more
   * @param holds whether it holds anything
   */
  constructor(requestOf: (service: string) => Request | undefined, holds: (service: string) => boolean) {
    this.#requestOf = requestOf;
    this.#holds = holds;
  }

  add(service: string): void {
    this.#waiting.add(service);
  }

  delete(service: string): void {
    this.#waiting.delete(service);
  }

  /** Those that wait for the next round. */
  waiting(): Iterable<string> {
    return this.#waiting;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0 && !this.isInRound;
  }

  /** Whether a round is under way, and has Services left to decide. */
  get isInRound(): boolean {
    return this.#decided < this.#round.length;
  }

  /** The next Service of the round under way, as it now asks; undefined where the round is over. */
  next(): Request | undefined {
    for (;;) {
      const former = this.#round[this.#decided];
      if (former === undefined) return undefined;
      this.#decided++;
      const request = this.#requestOf(former.key);
      if (request !== undefined) return request;
    }
  }

  /** Begins a round with all that wait. False where nobody does. */
  beginRound(): boolean {
    this.#round = this.inOrder(this.#waiting);
    this.#decided = 0;
    this.#waiting.clear();
    return this.#round.length > 0;
  }

  /** Forgets the rest of the round under way. */
  endRound(): void {
    this.#round = [];
    this.#decided = 0;
  }

  /** Some Services in the order in which they are decided. */
  inOrder(services: Iterable<string>): readonly Request[] {
    const holders: Request[] = [];
    const others: Request[] = [];
    for (const service of services) {
      const request = this.#requestOf(service);
      if (request === undefined) continue;
      if (this.#holds(service)) holders.push(request);
      else others.push(request);
    }
    holders.sort(compareHolders);
    others.sort(compareAge);
    return holders.length === 0 ? others : holders.concat(others);
  }
}

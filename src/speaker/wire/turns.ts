import type { Clock } from './clock.ts';

/**
 * Work that is too much for one turn of the thread, in pieces: one a turn, whoever waits longest first, so that timers and
 * sockets have theirs in between however many want it.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'nextTurn'>;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Pick<Clock, 'nextTurn'>) {
    this.#clock = clock;
  }

  /** Calls back when its turn has come. */
  wait(piece: () => void): void {
    this.#waiting.push(piece);
    if (this.#waiting.length === 1) this.#clock.nextTurn(() => this.#next());
  }

  #next(): void {
    const piece = this.#waiting.shift();
    if (this.#waiting.length > 0) this.#clock.nextTurn(() => this.#next());
    piece?.();
  }
}

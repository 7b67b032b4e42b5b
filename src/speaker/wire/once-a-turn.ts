import type { Clock } from './clock.ts';

/** What is to be done once in a turn of the thread, so that timers and sockets have theirs before it is done again. */
export class OnceATurn {
  readonly #clock: Pick<Clock, 'nextTurn'>;
  #isDone = false;

  constructor(clock: Pick<Clock, 'nextTurn'>) {
    this.#clock = clock;
  }

  /** Whether it has been done in this turn. */
  get isDone(): boolean {
    return this.#isDone;
  }

  done(): void {
    this.#isDone = true;
    this.#clock.nextTurn(() => {
      this.#isDone = false;
    });
  }
}

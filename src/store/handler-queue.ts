import type { LogFields, Logger } from '../log/logger.ts';

/**
 * Calls to those who watch, one at a time and in order: never within the call that caused a change, so that a handler
 * may write to the store without finding itself called again. One that fails is logged, and the others are called.
 */
export class HandlerQueue {
  #calls: (() => void)[] = [];
  #isScheduled = false;

  constructor(private readonly logger: Logger) {}

  /** @param fields what the log says of the call where it fails */
  add(call: () => void, fields: LogFields = {}): void {
    this.#calls.push(() => {
      try {
        call();
      } catch (error) {
        this.logger.error('a watch handler failed; the watch goes on', { ...fields, error });
      }
    });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#drain());
  }

  /** Forgets the calls that wait, but for those of the turn that has begun. */
  clear(): void {
    this.#calls = [];
  }

  #drain(): void {
    while (this.#calls.length > 0) {
      const calls = this.#calls;
      this.#calls = [];
      for (const call of calls) call();
    }
    this.#isScheduled = false;
  }
}

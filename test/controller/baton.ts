import type { Leadership } from '../../src/store/leadership.ts';

/** The right to allocate, in the hands of the test. */
export class Baton implements Leadership {
  #held: boolean;
  since: number | undefined;
  readonly #listeners = new Set<(held: boolean) => void>();
  constructor(held: boolean) {
    this.#held = held;
  }
  held = () => this.#held;
  holder = () => 'test';
  aloneSince = () => this.since;
  onChange(listener: (held: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  start(): void {}
  async stop(): Promise<void> {}
  pass(held: boolean): void {
    this.#held = held;
    for (const listener of this.#listeners) listener(held);
  }
}

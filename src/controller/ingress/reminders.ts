import type { Clock } from '../clock.ts';

/** Calls back for each key when its time has come, by one timer for all of them. */
export class Reminders {
  readonly #clock: Clock;
  readonly #onDue: (key: string) => void;
  readonly #due = new Map<string, number>();
  #next = Number.POSITIVE_INFINITY;
  #cancel = () => {};

  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param delay milliseconds; what was set for the key before is forgotten. */
  set(key: string, delay: number): void {
    const at = this.#clock.monotonic() + delay;
    this.#due.set(key, at);
    if (at < this.#next) this.#schedule(at);
  }

  delete(key: string): void {
    this.#due.delete(key);
  }

  clear(): void {
    this.#due.clear();
    this.#cancel();
    this.#next = Number.POSITIVE_INFINITY;
  }

  #schedule(at: number): void {
    this.#cancel();
    this.#next = at;
    this.#cancel = this.#clock.after(at - this.#clock.monotonic(), () => this.#ring());
  }

  #ring(): void {
    this.#next = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    const due = [...this.#due].filter(([, at]) => at <= now);
    for (const [key] of due) this.#due.delete(key);
    for (const [key] of due) this.#onDue(key);
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#due.values()) next = Math.min(next, at);
    if (next < this.#next) this.#schedule(next);
  }
}

/** Runs tasks of one key one after another, and those of different keys side by side, up to a number. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(private readonly maxConcurrency: number) {}

  /** Settles as the task does. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(() => this.#admitted(task));
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return result;
  }

  /** Settles when every task that was given has ended. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }

  async #admitted<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.maxConcurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await task();
    } finally {
      // The place passes on to the next in line without becoming free.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

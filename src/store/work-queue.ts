/** How a {@link WorkQueue} works. Times are milliseconds. */
export interface WorkQueueOptions {
  /** Does the work that a key stands for. Rejecting means: again, after a delay. */
  readonly work: (key: string) => Promise<void>;
  /** Told of every failure, before the delay begins. */
  readonly onFailure: (key: string, error: unknown, retryIn: number) => void;
  /** How many keys are worked on at once. */
  readonly concurrency?: number;
  /** The first delay after a failure; each further one is twice as long. */
  readonly initialDelay?: number;
  readonly longestDelay?: number;
}

/** So many failures in a row, of whichever keys, are not the fault of the keys. */
const OUTAGE = 100;
/** What failed is then tried again one key at a time, with so many milliseconds between two. */
const OUTAGE_PAUSE = 100;

/**
 * Keys with work to do, each at most once in the queue and never worked on twice at a time: one added while it is being
 * worked on is worked on again afterwards. A key that fails comes back after a delay of its own, which grows with each
 * failure and is spread by up to a half, so that what failed together does not come back together. While everything fails,
 * what failed before is tried ten times a second in all, until one succeeds: thousands of keys would be a storm.
 */
export class WorkQueue {
  readonly #options: Required<WorkQueueOptions>;
  readonly #waiting = new Set<string>();
  /** The keys that wait, in order from {@link #first} on. A set forgets slowly what was taken from its front. */
  #line: string[] = [];
  #first = 0;
  /** Added while they are being worked on. */
  readonly #again = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  readonly #delayed = new Map<string, NodeJS.Timeout>();
  #failuresInARow = 0;
  /** Those of the delayed keys whose own delay is over. */
  readonly #held = new Set<string>();
  #nextHeldAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #idlers: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = { concurrency: 8, initialDelay: 100, longestDelay: 30_000, ...options };
  }

  /** How many pieces of work wait, are done or come back later. */
  get size(): number {
    return this.#waiting.size + this.#again.size + this.#working.size + this.#delayed.size;
  }

  /** Adds a key; one that waits for its delay to end does not wait any longer. */
  add(key: string): void {
    if (this.#stopped) return;
    clearTimeout(this.#delayed.get(key));
    this.#delayed.delete(key);
    this.#held.delete(key);
    if (this.#working.has(key)) {
      this.#again.add(key);
    } else if (!this.#waiting.has(key)) {
      this.#waiting.add(key);
      this.#line.push(key);
      this.#start();
    }
  }

  /** Forgets everything that waits or is delayed; what is being worked on goes on. */
  clear(): void {
    this.#waiting.clear();
    this.#line = [];
    this.#first = 0;
    this.#again.clear();
    for (const timer of this.#delayed.values()) clearTimeout(timer);
    this.#delayed.clear();
    this.#failures.clear();
    this.#held.clear();
    this.#endOutage();
    this.#tellIdlers();
  }

  /** Resolves when nothing waits, is worked on, or comes back later. */
  idle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  /** Takes no more work. Resolves when nothing is being worked on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.clear();
    await Promise.all(this.#working.values());
  }

  #start(): void {
    while (this.#working.size < this.#options.concurrency) {
      const key = this.#line[this.#first];
      if (key === undefined) return;
      this.#first++;
      if (this.#first > this.#line.length / 2) {
        this.#line = this.#line.slice(this.#first);
        this.#first = 0;
      }
      this.#waiting.delete(key);
      this.#working.set(key, this.#work(key));
    }
  }

  async #work(key: string): Promise<void> {
    try {
      await this.#options.work(key);
      this.#failures.delete(key);
      this.#endOutage();
    } catch (error) {
      this.#fail(key, error);
    }
    this.#working.delete(key);
    if (this.#again.delete(key)) this.add(key);
    this.#start();
    this.#tellIdlers();
  }

  #tellIdlers(): void {
    if (this.size > 0) return;
    const idlers = this.#idlers;
    this.#idlers = [];
    for (const resolve of idlers) resolve();
  }

  #fail(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    const { initialDelay, longestDelay, onFailure } = this.#options;
    const delay = Math.min(longestDelay, initialDelay * 2 ** failures) * (1 - Math.random() / 2);
    this.#failures.set(key, failures + 1);
    this.#failuresInARow++;
    onFailure(key, error, delay);
    if (this.#stopped || this.#again.has(key)) return;
    this.#delayed.set(
      key,
      setTimeout(() => this.#retry(key), delay),
    );
  }

  #retry(key: string): void {
    if (this.#failuresInARow < OUTAGE) {
      this.add(key);
      return;
    }
    const now = performance.now();
    this.#nextHeldAt = Math.max(now, this.#nextHeldAt + OUTAGE_PAUSE);
    this.#held.add(key);
    this.#delayed.set(
      key,
      setTimeout(() => this.add(key), this.#nextHeldAt - now),
    );
  }

  #endOutage(): void {
    this.#failuresInARow = 0;
    this.#nextHeldAt = Number.NEGATIVE_INFINITY;
    for (const key of this.#held) this.add(key);
  }
}

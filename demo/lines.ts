import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A line that a program wrote. */
export interface Line {
  readonly text: string;
  /** When it was read, in milliseconds of `performance.now()`. */
  readonly at: number;
}

/** Collects the lines of a stream as they come. */
export class Lines {
  readonly all: Line[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(stream: Readable) {
    createInterface({ input: stream }).on('line', (text) => {
      this.all.push({ text, at: performance.now() });
      for (const wake of this.#waiting) wake();
    });
  }

  /** The first line from `start` on that matches, now or later. Rejects when none comes within the time. */
  async find(pattern: RegExp, { timeoutMs, start = 0 }: { timeoutMs: number; start?: number }): Promise<Line> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const line = this.all.slice(start).find(({ text }) => pattern.test(text));
      if (line !== undefined) return line;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`no line like ${pattern} within ${timeoutMs} ms, only:\n${this.text()}`);
      await this.#next(left);
    }
  }

  text(): string {
    return this.all.map(({ text }) => text).join('\n');
  }

  #next(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }
}

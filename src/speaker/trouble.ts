import type { Logger } from '../log/logger.ts';
import { StoreError } from '../store/store.ts';

/**
 * Something that is tried again until it succeeds: what stands in its way is told when it begins, and when another right
 * turns out to be missing.
 */
export class Trouble {
  readonly #logger: Logger;
  readonly #message: string;
  #told: string | undefined;
  #reason: string | undefined;

  /** @param message what does not succeed */
  constructor(logger: Logger, message: string) {
    this.#logger = logger;
    this.#message = message;
  }

  /** Why the last attempt failed; undefined where it did not. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether the last attempt failed. */
  get isThere(): boolean {
    return this.#reason !== undefined;
  }

  /** An attempt failed. */
  failed(error: unknown, fields: Readonly<Record<string, unknown>> = {}): void {
    const reason = error instanceof Error ? error.message : String(error);
    const isForbidden = error instanceof StoreError && error.code === 'Forbidden';
    const isNews = this.#told === undefined || (isForbidden && this.#told !== reason);
    if (isNews) this.#logger.warn(this.#message, { ...fields, reason });
    if (isNews) this.#told = reason;
    this.#reason = reason;
  }

  /** An attempt succeeded. */
  over(): void {
    this.#told = undefined;
    this.#reason = undefined;
  }
}

import { createHash } from 'node:crypto';
import type { Logger } from '../../log/logger.ts';
import { readRunFile, writeRunFile } from '../../os/run-file.ts';

/** Where a machine keeps what does not outlive it. */
export const RUN_DIRECTORY = '/run/berth';

/** A file of this machine that a speaker leaves for its next life. Neither reading nor writing it can fail a speaker. */
export class NextLifeFile {
  readonly #path: string;
  readonly #content: string;
  readonly #logger: Logger;
  #wanted: (() => string) | undefined;
  /** A hash of what was written last: the text itself may be ten megabytes. */
  #written: string | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  /** @param content what is in it, for messages */
  constructor(path: string, content: string, logger: Logger) {
    this.#path = path;
    this.#content = content;
    this.#logger = logger;
  }

  /**
   * What the last life wrote; undefined where there was none, or where it makes no sense, which is told.
   *
   * @param parse throws where it makes none
   */
  read<T>(parse: (text: string) => T): T | undefined {
    try {
      const text = readRunFile(this.#path);
      return text === undefined ? undefined : parse(text);
    } catch (error) {
      this.#logger.warn(`${this.#content} cannot be read`, this.#fields(error));
      return undefined;
    }
  }

  /** Writes soon; of several the last, and nothing where it is what was written before. */
  write(compose: () => string): void {
    this.#wanted = compose;
    this.#writing ??= this.#run();
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    // Never within the call that asks for it, which has yet to note that this runs.
    await null;
    while (this.#wanted !== undefined) {
      const text = this.#wanted();
      this.#wanted = undefined;
      const hash = createHash('sha256').update(text).digest('hex');
      if (hash === this.#written) continue;
      try {
        await writeRunFile(this.#path, text);
        this.#written = hash;
        this.#failed = false;
      } catch (error) {
        this.#written = undefined;
        if (!this.#failed) this.#logger.warn(`${this.#content} cannot be written`, this.#fields(error));
        this.#failed = true;
      }
    }
    this.#writing = undefined;
  }

  #fields(error: unknown) {
    return { file: this.#path, reason: error instanceof Error ? error.message : String(error) };
  }
}

import * as z from 'zod';
import type { Logger } from '../log/logger.ts';
import { readRunFile, writeRunFile } from '../os/run-file.ts';
import type { HeldSegment } from './wire/messages.ts';

/** Where a machine keeps what does not outlive it. */
export const RUN_DIRECTORY = '/run/berth';

const schema = z.object({
  /** Ms since 1970. */
  at: z.number(),
  held: z.array(
    z.object({
      segment: z.string(),
      addresses: z.array(z.object({ address: z.string(), moves: z.array(z.number()) })),
    }),
  ),
});

/** What a speaker answers for, in a file for its next life: it goes when the machine does. */
export class HeldFile {
  readonly #path: string;
  readonly #logger: Logger;
  #wanted: string | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  constructor(directory: string, node: string, logger: Logger) {
    this.#path = `${directory}/held-${node}.json`;
    this.#logger = logger;
  }

  /** What the last life wrote; nothing where there was none, or where it cannot be read. @param now ms since 1970 */
  read(now: number): readonly HeldSegment[] {
    try {
      const text = readRunFile(this.#path);
      if (text === undefined) return [];
      const { at, held } = schema.parse(JSON.parse(text));
      const since = Math.max(0, now - at);
      return held.map(({ segment, addresses }) => ({
        segment,
        addresses: addresses.map(({ address, moves }) => ({ address, moves: moves.map((age) => age + since) })),
      }));
    } catch (error) {
      this.#logger.warn('what this node answered for before cannot be read', this.#fields(error));
      return [];
    }
  }

  /** Writes soon; of several the last. @param now ms since 1970 */
  write(held: readonly HeldSegment[], now: number): void {
    this.#wanted = JSON.stringify({ at: now, held });
    this.#writing ??= this.#run();
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    while (this.#wanted !== undefined) {
      const text = this.#wanted;
      this.#wanted = undefined;
      try {
        await writeRunFile(this.#path, text);
        this.#failed = false;
      } catch (error) {
        if (!this.#failed) this.#logger.warn('what this node answers for cannot be written', this.#fields(error));
        this.#failed = true;
      }
    }
    this.#writing = undefined;
  }

  #fields(error: unknown) {
    return { file: this.#path, reason: error instanceof Error ? error.message : String(error) };
  }
}

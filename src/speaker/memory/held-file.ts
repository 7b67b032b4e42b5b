import * as z from 'zod';
import type { Logger } from '../../log/logger.ts';
import type { HeldSegment } from '../wire/messages.ts';
import { NextLifeFile } from './next-life-file.ts';

const schema = z.object({
  /** Ms since 1970. */
  at: z.number(),
  held: z.array(
    z.object({
      segment: z.string(),
      addresses: z.array(
        z.object({ address: z.string(), moves: z.array(z.object({ id: z.number(), age: z.number() })) }),
      ),
    }),
  ),
});

/** What a speaker answers for, in a file for its next life: it goes when the machine does. */
export class HeldFile {
  readonly #file: NextLifeFile;

  constructor(directory: string, node: string, logger: Logger) {
    this.#file = new NextLifeFile(`${directory}/held-${node}.json`, 'what this node answers for', logger);
  }

  /** What the last life wrote; nothing where there was none, or where it cannot be read. @param now ms since 1970 */
  read(now: number): readonly HeldSegment[] {
    const content = this.#file.read((text) => schema.parse(JSON.parse(text)));
    if (content === undefined) return [];
    const since = Math.max(0, now - content.at);
    return content.held.map(({ segment, addresses }) => ({
      segment,
      addresses: addresses.map(({ address, moves }) => ({
        address,
        moves: moves.map(({ id, age }) => ({ id, age: age + since })),
      })),
    }));
  }

  /** Writes soon; of several the last. @param now ms since 1970 */
  write(held: readonly HeldSegment[], now: number): void {
    this.#file.write(() => JSON.stringify({ at: now, held }));
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }
}

import type { Result } from './measure.ts';
import { inWords } from './report.ts';

/** One part of a bench, for people to know it by. */
export type Part = readonly [name: string, measure: () => readonly Result[] | Promise<readonly Result[]>];

/** A part of a bench failed: what the parts before it have measured is not lost. */
export class PartFailedError extends Error {
  override readonly name = 'PartFailedError';

  constructor(
    readonly part: string,
    readonly results: readonly Result[],
    cause: unknown,
  ) {
    super(`${part} failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`, { cause });
  }
}

/**
 * Measures one part after another, and says on stderr what each has measured.
 *
 * @throws PartFailedError with what was measured by then
 */
export async function inParts(parts: Iterable<Part>): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [name, measure] of parts) {
    try {
      const measured = await measure();
      results.push(...measured);
      console.error(`${name}: ${measured.map(inWords).join(', ') || 'done'}`);
    } catch (error) {
      if (!(error instanceof PartFailedError)) throw new PartFailedError(name, results, error);
      throw new PartFailedError(`${name}, ${error.part}`, [...results, ...error.results], error.cause);
    }
  }
  return results;
}

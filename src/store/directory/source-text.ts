import { constants, createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type FileStamp, stampOf } from './source-listing.ts';

/** Larger than 10,000 objects need; reading takes about a second for each MiB. */
export const MAX_SOURCE_BYTES = 16 * 1024 * 1024;

/** A source file that cannot be used whatever it means; the message has cause and remedy. */
export class SourceTextError extends Error {
  override readonly name = 'SourceTextError';
}

/** The text of bytes. @throws SourceTextError where they are not UTF-8 */
export function decodeSource(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SourceTextError('is not UTF-8 text: save it as UTF-8', { cause: error });
  }
}

/**
 * Reads a regular file, unless it is changed meanwhile.
 * @returns undefined where the file is not or no longer in the state that the stamp names
 * @throws SourceTextError, or the system's error
 */
export async function readSource(path: string, stamp: FileStamp): Promise<string | undefined> {
  // A FIFO put in the place of the file would block without O_NONBLOCK.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile() || stampOf(before) !== stamp) return undefined;
    if (before.size > MAX_SOURCE_BYTES) throw tooLarge();
    const bytes = await file.readFile();
    if (stampOf(await file.stat({ bigint: true })) !== stamp) return undefined;
    return decodeSource(bytes);
  } finally {
    await file.close();
  }
}

/** Reads a file that was named on a command line, which may be a pipe. @throws SourceTextError, or the system's error */
export async function readNamedSource(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_SOURCE_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return decodeSource(Buffer.concat(chunks));
}

function tooLarge(): SourceTextError {
  return new SourceTextError(`is larger than ${MAX_SOURCE_BYTES / 1024 / 1024} MiB: split it`);
}

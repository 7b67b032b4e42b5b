import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandError } from '../exit-codes.ts';

/** Octets of the shortest key that is worth its name: 128 bits. */
const FEWEST_OCTETS = 16;

/** The option of those daemons that speak. */
export interface MessageKeyOptions {
  readonly messageKeyFile?: string;
}

/** Adds the option. */
export function addMessageKeyOption(command: Command): Command {
  return command.option(
    '--message-key-file <file>',
    'sign what speakers tell one another with what this file holds, the same on all nodes (default: not signed)',
  );
}

/**
 * Reads the key, without the end of its last line. Undefined where none is configured.
 *
 * @throws CommandError where it cannot be read or is too short
 */
export async function readMessageKey(path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`cannot read the key in --message-key-file ${path}: ${reason}`);
  }
  const key = Buffer.from(text.replace(/\r?\n$/, ''), 'latin1');
  if (key.length >= FEWEST_OCTETS) return Uint8Array.from(key);
  throw new CommandError(
    `the key in --message-key-file ${path} has ${key.length} octets: write ${FEWEST_OCTETS} or more (openssl rand -hex 32)`,
  );
}

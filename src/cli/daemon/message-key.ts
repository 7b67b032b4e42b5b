import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { MessageSecret } from '../../speaker/ownership/message-codec.ts';
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
    'sign what speakers tell one another: keys, one a line, the same on all nodes; the first signs (default: not signed)',
  );
}

/** The line that stands for messages without a signature; shorter than any key. */
const UNSIGNED = 'unsigned';

/**
 * Reads the keys, one a line, in the order of the lines; `unsigned` for messages that are not signed, which alone would say
 * nothing. Empty lines count for nothing. Undefined where no file is configured.
 *
 * @throws CommandError where it cannot be read, holds no key, or one that is too short
 */
export async function readMessageSecrets(path: string | undefined): Promise<readonly MessageSecret[] | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`cannot read the key in --message-key-file ${path}: ${reason}`);
  }
  const secrets = text.split(/\r?\n/).flatMap((line, index): readonly MessageSecret[] => {
    if (line === '') return [];
    if (line === UNSIGNED) return [UNSIGNED];
    if (line.length >= FEWEST_OCTETS) return [Uint8Array.from(Buffer.from(line, 'latin1'))];
    throw new CommandError(
      `the key in line ${index + 1} of --message-key-file ${path} has ${line.length} octets: ` +
        `write ${FEWEST_OCTETS} or more (openssl rand -hex 32)`,
    );
  });
  if (secrets.some((secret) => secret !== UNSIGNED)) return secrets;
  throw new CommandError(
    `there is no key in --message-key-file ${path}: write one (openssl rand -hex 32), or leave the flag out`,
  );
}

import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './system-error.ts';

/** The text of a small file; undefined where there is none. @throws the errors of open(2) and read(2), but for ENOENT */
export function readRunFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Puts a file in place at once, for its owner alone (mode 0600), in a folder that is made where it is missing (0700).
 * Rejects with the errors of mkdir(2), open(2), write(2) and rename(2).
 */
export async function writeRunFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

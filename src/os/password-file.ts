import { closeSync, openSync, readSync } from 'node:fs';
import { describeError } from './system-error.ts';

/** More than any password has, so that a wrong file is noticed. */
const MOST = 4096;

/**
 * The password in a file: all of it but the end of its last line.
 *
 * @throws SystemError naming the file
 */
export function readPasswordFile(path: string): string {
  const buffer = Buffer.alloc(MOST);
  let length: number;
  try {
    const fd = openSync(path, 'r');
    try {
      length = readSync(fd, buffer, 0, MOST, 0);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw describeError(error, `cannot read the password file ${path}`);
  }
  return buffer.toString('utf8', 0, length).replace(/\r?\n$/, '');
}

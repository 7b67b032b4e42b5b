import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../os/system-error.ts';
import { type FileStamp, stampOf } from './source-listing.ts';

const TEMPORARY = /^\.berth-[0-9a-f]{16}\.tmp$/;

/** What a temporary file must be untouched for to be taken for the remains of a process that died. */
const ABANDONED_MILLIS = 600_000;

/** A file as one look found it. */
export interface FileContent {
  readonly text: string;
  readonly stamp: FileStamp;
}

/** Reads a small file whole; undefined where there is none. @throws the system's error where it cannot be read */
export async function readWhole(path: string): Promise<FileContent | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stamp = stampOf(await file.stat({ bigint: true }));
      return { text: await file.readFile('utf8'), stamp };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The stamp of a file; undefined where there is none. */
export async function currentStamp(path: string): Promise<FileStamp | undefined> {
  try {
    return stampOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Gives a file new content in one step that survives a crash: other processes see the old content or the new, never a
 * part. The content is written elsewhere in the same folder, made durable, and put in place by rename(2), or by link(2)
 * where there must be no file yet, since only that fails when there is one.
 * @param expected the file as it was when the new content was decided on; undefined: there was none
 * @returns the new stamp, or undefined where the file was not as expected, and nothing was written
 */
export async function replaceFile(
  path: string,
  text: string,
  expected: FileStamp | undefined,
): Promise<FileStamp | undefined> {
  const temporary = await writeTemporary(dirname(path), text);
  try {
    if (expected === undefined) {
      if (!(await linkNew(temporary.path, path))) return undefined;
    } else {
      if ((await currentStamp(path)) !== expected) return undefined;
      await rename(temporary.path, path);
    }
    await syncFolder(dirname(path));
    return temporary.stamp;
  } finally {
    await unlink(temporary.path).catch(() => undefined);
  }
}

/** Removes a file for good; that there is none is fine. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Gives a file that cannot be understood a second name, `PATH.broken-N` with the first N that is free, so that what it
 * says outlives its replacement.
 * @returns the second name, which it may have had already, or undefined where the file was not the expected one any more
 */
export async function keepAside(path: string, expected: FileStamp): Promise<string | undefined> {
  if ((await currentStamp(path)) !== expected) return undefined;
  for (let n = 1; ; n++) {
    const aside = `${path}.broken-${n}`;
    if (!(await linkNew(path, aside))) {
      if ((await currentStamp(aside)) === expected) return aside;
      continue;
    }
    if ((await currentStamp(aside)) === expected && (await currentStamp(path)) === expected) return aside;
    await removeFile(aside);
    return undefined;
  }
}

/** Puts a file in place under a further name, unless that is taken; false where it is. */
export async function linkNew(existing: string, path: string): Promise<boolean> {
  const before = (await lstat(existing)).nlink;
  try {
    await link(existing, path);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    // On NFS the answer to a link that succeeded can be lost and the repeated request find the name taken, by itself.
    return (await lstat(existing)).nlink > before;
  }
}

/** Writes a file that no other process looks at, durably. The caller renames or removes it. */
export async function writeTemporary(folder: string, text: string): Promise<{ path: string; stamp: FileStamp }> {
  const path = join(folder, `.berth-${randomBytes(8).toString('hex')}.tmp`);
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
    return { path, stamp: stampOf(await file.stat({ bigint: true })) };
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

/** Removes what processes that were killed between write and rename have left in a folder. */
export async function sweepTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats && Date.now() - stats.mtimeMs > ABANDONED_MILLIS) await unlink(path).catch(() => undefined);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

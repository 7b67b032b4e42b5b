import { readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../os/system-error.ts';
import { currentStamp, linkNew, readWhole, writeTemporary } from './atomic-file.ts';

/** The lock file of the highest generation. */
export interface LockFile {
  readonly generation: number;
  /** Undefined where it cannot be read. */
  readonly text: string | undefined;
  /** Changes with each rewriting; undefined where that cannot be told. */
  readonly fingerprint: string | undefined;
}

/** A lock file that is written and not yet in its place. */
export interface PreparedLock {
  /** Puts it in place as a generation, unless there is one; false where there is. */
  place(generation: number): Promise<boolean>;
  /** Removes what is not in its place. */
  discard(): Promise<void>;
}

/** The files of the lock, apart from what they mean. Everything rejects with the system's error. */
export interface LockFiles {
  look(): Promise<LockFile | undefined>;
  prepare(text: string): Promise<PreparedLock>;
  /** Gives a generation's file new content in one step. */
  rewrite(generation: number, text: string): Promise<void>;
  remove(generation: number): Promise<void>;
  /** Removes the files of all generations below. */
  removeBelow(generation: number): Promise<void>;
}

const PREFIX = 'allocator.lock.';

/** Lock files `allocator.lock.N` in a folder. */
export class FolderLockFiles implements LockFiles {
  constructor(private readonly folder: string) {}

  async look(): Promise<LockFile | undefined> {
    const generation = Math.max(0, ...(await this.#generations()));
    if (generation === 0) return undefined;
    const path = this.#path(generation);
    try {
      const content = await readWhole(path);
      return { generation, text: content?.text, fingerprint: content && `text ${content.text}` };
    } catch {
      const stamp = await currentStamp(path).catch(() => undefined);
      return { generation, text: undefined, fingerprint: stamp && `stamp ${stamp}` };
    }
  }

  async prepare(text: string): Promise<PreparedLock> {
    const { path } = await writeTemporary(this.folder, text);
    return {
      place: (generation) => linkNew(path, this.#path(generation)),
      discard: () => unlink(path),
    };
  }

  async rewrite(generation: number, text: string): Promise<void> {
    const { path } = await writeTemporary(this.folder, text);
    try {
      await rename(path, this.#path(generation));
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  async remove(generation: number): Promise<void> {
    try {
      await unlink(this.#path(generation));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  async removeBelow(generation: number): Promise<void> {
    for (const older of await this.#generations()) if (older < generation) await this.remove(older);
  }

  async #generations(): Promise<readonly number[]> {
    return (await readdir(this.folder)).flatMap((name) => {
      const digits = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
      return /^[1-9]\d{0,14}$/.test(digits) ? [Number(digits)] : [];
    });
  }

  #path(generation: number): string {
    return join(this.folder, `${PREFIX}${generation}`);
  }
}

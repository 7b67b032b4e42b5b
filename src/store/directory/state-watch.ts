import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { errorCode } from '../../os/system-error.ts';
import { sweepTemporaries } from './atomic-file.ts';
import { unreadableMessage } from './file-error.ts';
import { FolderWatch } from './folder-watch.ts';
import { Looks } from './looks.ts';
import type { SourceFault } from './source-fault.ts';
import { type FileStamp, isThere, REST_MILLIS_PER_FILE, stampOf } from './source-listing.ts';
import type { StateFiles } from './state-files.ts';
import { isStateName } from './state-path.ts';

/** Keeps the picture of the state files up to date with what other processes write. */
export class StateWatch {
  readonly #watch: FolderWatch;
  #timer: NodeJS.Timeout | undefined;
  readonly #looks = new Looks({
    onBegin: () => clearTimeout(this.#timer),
    once: () => this.#lookOnce(),
    onEnd: () => {
      this.#timer = setTimeout(() => void this.look(), Math.max(this.pollMillis, this.#restMillis));
    },
  });
  #restMillis = 0;
  #closed = false;

  /** @param pollMillis the time between two looks at all files, which find what no notice told of */
  constructor(
    private readonly root: string,
    private readonly files: StateFiles,
    private readonly pollMillis: number,
  ) {
    this.#watch = new FolderWatch((folder, name) => this.#noticed(folder, name));
  }

  /** Reads everything there is, then follows the changes. */
  async open(): Promise<void> {
    await this.look();
    for (const folder of (await this.#list()).folders.keys()) await sweepTemporaries(folder).catch(() => undefined);
    this.files.opened();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watch.close();
    await this.#looks.close();
  }

  #noticed(folder: string, name: string | undefined): void {
    if (this.#closed) return;
    if (name === undefined) {
      void this.look();
      return;
    }
    const path = relative(this.root, join(folder, name));
    if (name.startsWith('.') || !this.files.kindOf(path)) return;
    if (isStateName(name)) void this.files.look(path);
    else void this.look();
  }

  /** Looks at everything now. Does not reject. */
  look(): Promise<void> {
    return this.#looks.look();
  }

  async #lookOnce(): Promise<void> {
    const { folders, stamps, unlisted } = await this.#list();
    this.#restMillis = stamps.size * REST_MILLIS_PER_FILE;
    if (this.#watch.follow(folders)) this.#looks.lookAgain();
    const known = new Set(this.files.paths);
    const sound = await this.files.checkRoot([...stamps.keys()].some((path) => known.has(path)));
    for (const [path, stamp] of stamps) if (this.files.isStale(path, stamp)) await this.files.look(path);
    for (const path of known) if (sound && !stamps.has(path)) await this.files.look(path);
    this.files.noteUnlisted(unlisted);
  }

  /**
   * The folders with their identities, the state files with their stamps, and what is there and cannot be looked at.
   * Links are followed, as they are by writing.
   */
  async #list(): Promise<StateListing> {
    const folders = new Map<string, string>();
    const stamps = new Map<string, FileStamp>();
    const unlisted: SourceFault[] = [];
    const enter = async (folder: string, identity: string, depth: number): Promise<void> => {
      for (const name of await readdir(folder)) await look(join(folder, name), name, depth);
      folders.set(folder, identity);
    };
    const look = async (path: string, name: string, depth: number): Promise<void> => {
      const below = relative(this.root, path);
      const kind = this.files.kindOf(below);
      if (!kind || name.startsWith('.')) return;
      const isFolder = depth < (kind.namespaced ? 2 : 1);
      if (!isFolder && !isStateName(name)) return;
      await noting(path, async () => {
        const stats = await stat(path, { bigint: true });
        if (isFolder && stats.isDirectory()) await enter(path, `${stats.dev}:${stats.ino}`, depth + 1);
        else if (depth > 0 && isStateName(name)) stamps.set(below, stampOf(stats));
      });
    };
    const noting = async (path: string, task: () => Promise<void>): Promise<void> => {
      try {
        await task();
      } catch (error) {
        if (errorCode(error) === 'ENOENT' && !(await isThere(path))) return;
        if (this.files.isKnown(relative(this.root, path))) return;
        unlisted.push({ file: path, message: unreadableMessage(error) });
      }
    };
    await noting(this.root, async () => {
      const { dev, ino } = await stat(this.root);
      await enter(this.root, `${dev}:${ino}`, 0);
    });
    return { folders, stamps, unlisted };
  }
}

interface StateListing {
  readonly folders: ReadonlyMap<string, string>;
  readonly stamps: ReadonlyMap<string, FileStamp>;
  readonly unlisted: readonly SourceFault[];
}

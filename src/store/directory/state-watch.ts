import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { currentStamp, sweepTemporaries } from './atomic-file.ts';
import { FolderWatch } from './folder-watch.ts';
import { type FileStamp, REST_MILLIS_PER_FILE } from './source-listing.ts';
import type { StateFiles } from './state-files.ts';
import { isStateName } from './state-path.ts';

/** Keeps the picture of the state files up to date with what other processes write. */
export class StateWatch {
  readonly #watch: FolderWatch;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;
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
    await this.#run();
    for (const folder of (await this.#list()).folders.keys()) await sweepTemporaries(folder).catch(() => undefined);
    this.files.opened();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watch.close();
    await this.#round;
  }

  #noticed(folder: string, name: string | undefined): void {
    if (this.#closed) return;
    if (name === undefined) {
      void this.#run();
      return;
    }
    const path = relative(this.root, join(folder, name));
    if (name.startsWith('.') || !this.files.kindOf(path)) return;
    if (isStateName(name)) void this.files.look(path);
    else void this.#run();
  }

  /** One look at everything; a call during one asks for another after it. */
  async #run(): Promise<void> {
    if (this.#round) {
      this.#again = true;
      return this.#round;
    }
    this.#round = this.#rounds();
    try {
      await this.#round;
    } finally {
      this.#round = undefined;
    }
  }

  async #rounds(): Promise<void> {
    clearTimeout(this.#timer);
    do {
      this.#again = false;
      await this.#look();
    } while (this.#again && !this.#closed);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#run(), Math.max(this.pollMillis, this.#restMillis));
  }

  async #look(): Promise<void> {
    const { folders, stamps } = await this.#list();
    this.#restMillis = stamps.size * REST_MILLIS_PER_FILE;
    if (this.#watch.follow(folders).added) this.#again = true;
    const known = new Set(this.files.paths);
    const sound = await this.files.checkRoot([...stamps.keys()].some((path) => known.has(path)));
    for (const [path, stamp] of stamps) if (this.files.isStale(path, stamp)) await this.files.look(path);
    for (const path of known) if (sound && !stamps.has(path)) await this.files.look(path);
  }

  /** The folders with their identities, and the state files with their stamps, as far as they can be listed. */
  async #list(): Promise<{ folders: Map<string, string>; stamps: Map<string, FileStamp> }> {
    const folders = new Map<string, string>();
    const stamps = new Map<string, FileStamp>();
    const enter = async (folder: string, depth: number): Promise<void> => {
      try {
        const { dev, ino } = await stat(folder);
        const entries = await readdir(folder, { withFileTypes: true });
        folders.set(folder, `${dev}:${ino}`);
        for (const entry of entries) {
          const path = join(folder, entry.name);
          const below = relative(this.root, path);
          const kind = this.files.kindOf(below);
          if (!kind) continue;
          if (entry.isDirectory() && depth < (kind.namespaced ? 2 : 1)) await enter(path, depth + 1);
          else if (depth > 0 && isStateName(entry.name)) {
            const stamp = await currentStamp(path);
            if (stamp !== undefined) stamps.set(below, stamp);
          }
        }
      } catch {
        // The files that are known in it are looked at one by one, and say what is wrong.
      }
    };
    await enter(this.root, 0);
    return { folders, stamps };
  }
}

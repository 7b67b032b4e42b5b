import { type FSWatcher, watch } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** Called when something changed in a folder; the name of the entry where the system tells it. */
export type FolderNotice = (folder: string, name: string | undefined) => void;

/** Follows changes in a set of folders by inotify(7). Notices may be lost or late: look at the folder as well. */
export class FolderWatch {
  readonly #watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();
  #closed = false;

  constructor(private readonly onNotice: FolderNotice) {}

  /**
   * Makes these the folders that are followed.
   * @param folders path to identity; a folder that was replaced by another is followed anew
   * @returns whether any folder was added, so that changes in it may have gone by unnoticed
   */
  follow(folders: ReadonlyMap<string, string>): boolean {
    let added = false;
    for (const [path, { identity }] of this.#watchers) if (folders.get(path) !== identity) this.#drop(path);
    for (const [path, identity] of folders) {
      if (this.#closed || this.#watchers.has(path)) continue;
      try {
        const watcher = watch(path, (_event, name) => this.onNotice(path, name ?? undefined));
        watcher.on('error', () => this.#drop(path));
        this.#watchers.set(path, { identity, watcher });
        added = true;
      } catch {
        // Beyond `fs.inotify.max_user_watches` there are none: polling finds what this misses.
      }
    }
    return added;
  }

  close(): void {
    this.#closed = true;
    for (const path of [...this.#watchers.keys()]) this.#drop(path);
  }

  #drop(path: string): void {
    this.#watchers.get(path)?.watcher.close();
    this.#watchers.delete(path);
  }
}

/** Magic numbers of statfs(2) of file systems on which other machines make changes that inotify does not see. */
const SHARED_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x00c36400, // Ceph
  0x01021997, // 9p
  0x65735546, // FUSE
  0x47504653, // GPFS
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x0bd00bd0, // Lustre
]);

/** Whether all changes in a folder are made by this machine, so that notices arrive for them. */
export async function isLocalFolder(path: string): Promise<boolean> {
  try {
    return !SHARED_FILE_SYSTEMS.has(Number((await statfs(path)).type) >>> 0);
  } catch {
    return true;
  }
}

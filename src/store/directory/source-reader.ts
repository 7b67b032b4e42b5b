import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { readDocuments } from './documents.ts';
import { unreadableMessage } from './file-error.ts';
import { FolderWatch } from './folder-watch.ts';
import { Looks } from './looks.ts';
import type { SourceFault } from './source-fault.ts';
import { type FileStamp, listSources, REST_MILLIS_PER_FILE, type SourceListing } from './source-listing.ts';
import type { SourceTable } from './source-table.ts';
import { readSource, SourceTextError } from './source-text.ts';

/** What the reader needs of the store around it; times are in milliseconds. */
export interface SourceReaderOptions {
  readonly root: string;
  /** A folder inside the root that holds no sources. */
  readonly exclude: string;
  readonly kinds: readonly Kind<KubernetesObject>[];
  /** How long a file must be unchanged before it is read, since it may be half written. */
  readonly quietMillis: number;
  /** The time between two looks, which find what no notice told of. */
  readonly pollMillis: number;
  /** Called after each look that may have changed the table or the faults. */
  onLook(): void;
}

/** Notices come in bursts; one look answers all that arrive within this time. */
const BURST_MILLIS = 10;

const MAX_OPENING_LOOKS = 20;

/** What a file is entered with that could not be read: it is tried again at the next look. */
const UNREADABLE: FileStamp = 'unreadable';

/** Looks at the folder of people's files, again and again, and enters what it finds in the table. */
export class SourceReader {
  readonly #watch = new FolderWatch((_folder, name) => this.#noticed(name));
  /** The stamp with which each file was entered. */
  readonly #entered = new Map<string, FileStamp>();
  /** Files that wait to be quiet: the stamp, and since when it has not changed. */
  readonly #restless = new Map<string, { readonly stamp: FileStamp; readonly since: number }>();
  #rootIdentity: string | undefined;
  #folderFaults: readonly SourceFault[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  readonly #looks = new Looks({
    onBegin: () => this.#forgetTimer(),
    once: () => this.#lookOnce(),
    onEnd: () => this.#lookIn(this.#pause()),
  });
  #restMillis = 0;
  #closed = false;

  constructor(
    private readonly table: SourceTable,
    private readonly options: SourceReaderOptions,
  ) {}

  /** Reads all files there are, then follows the changes. A file that is being written all the time is left for later. */
  async open(): Promise<void> {
    for (let looks = 0; looks < MAX_OPENING_LOOKS && !this.#closed; looks++) {
      await this.look();
      if (this.#restless.size === 0) return;
      await new Promise((resolve) => setTimeout(resolve, this.options.quietMillis));
    }
  }

  /** Looks at everything now. Does not reject. */
  look(): Promise<void> {
    return this.#looks.look();
  }

  /** Folders and files that cannot be looked at. */
  get folderFaults(): readonly SourceFault[] {
    return this.#folderFaults;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watch.close();
    await this.#looks.close();
  }

  #noticed(name: string | undefined): void {
    // `..data` is the link that a ConfigMap volume swaps; other hidden entries concern nobody.
    if (this.#closed || (name?.startsWith('.') && name !== '..data')) return;
    if (this.#looks.areUnderWay) this.#looks.lookAgain();
    else this.#lookIn(BURST_MILLIS);
  }

  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDue = Number.POSITIVE_INFINITY;
  }

  async #lookOnce(): Promise<void> {
    const listing = await listSources(this.options.root, this.options.exclude);
    this.#restMillis = listing.files.size * REST_MILLIS_PER_FILE;
    if (this.#closed) return;
    if (this.#watch.follow(listing.folders)) this.#looks.lookAgain();
    await this.#enter(listing);
    if (!this.#closed) this.options.onLook();
  }

  /** Makes sure that the next look is not later than this. */
  #lookIn(millis: number): void {
    const due = performance.now() + millis;
    if (due >= this.#timerDue) return;
    clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(() => void this.look(), millis);
  }

  #pause(): number {
    const now = performance.now();
    const poll = Math.max(this.options.pollMillis, this.#restMillis);
    const quiet = this.#restless.size > 0 ? this.options.quietMillis : poll;
    const deadline = this.table.nextDeadline();
    return Math.min(quiet, poll, deadline === undefined ? poll : Math.max(deadline - now, this.options.quietMillis));
  }

  async #enter(listing: SourceListing): Promise<void> {
    const { root } = this.options;
    const now = performance.now();
    const identity = listing.folders.get(root);
    const isAnother = this.#rootIdentity !== undefined && identity !== undefined && identity !== this.#rootIdentity;
    const isLost = isAnother && listing.files.size === 0 && this.#entered.size > 0;
    const lost = { file: root, message: 'is another folder than before and empty: mount or restore it' };
    this.#folderFaults = isLost ? [lost] : [...listing.unreadable.values()].filter(({ file }) => !this.#isFile(file));
    if (isLost || identity === undefined) {
      this.table.settle(now, false, () => true);
      return;
    }
    this.#rootIdentity = identity;

    for (const [path, stamp] of listing.files) await this.#consider(path, stamp);
    for (const [path, fault] of listing.unreadable) if (this.#isFile(path)) this.#unreadable(path, fault, UNREADABLE);
    for (const path of [...this.#entered.keys(), ...this.#restless.keys()]) {
      if (listing.files.has(path) || isBelow(path, listing.unreadable)) continue;
      this.#restless.delete(path);
      if (this.#entered.delete(path)) this.table.fileVanished(path, now);
    }
    this.table.settle(now, listing.unreadable.size === 0, (path) => isBelow(path, listing.unreadable));
  }

  #isFile(path: string): boolean {
    return this.#entered.has(path) || this.#restless.has(path);
  }

  async #consider(path: string, stamp: FileStamp): Promise<void> {
    if (this.#entered.get(path) === stamp) {
      this.#restless.delete(path);
      return;
    }
    const now = performance.now();
    const waiting = this.#restless.get(path);
    if (waiting?.stamp !== stamp) {
      this.#restless.set(path, { stamp, since: now });
      this.table.fileChanging(path);
      return;
    }
    if (now - waiting.since < this.options.quietMillis) return;
    try {
      const text = await readSource(path, stamp);
      if (text === undefined) return;
      this.table.fileRead(path, readDocuments(text, path, this.options.kinds), performance.now());
      this.#entered.set(path, stamp);
      this.#restless.delete(path);
    } catch (error) {
      if (error instanceof SourceTextError) {
        this.#unreadable(path, { file: path, message: error.message }, stamp);
      } else {
        this.#unreadable(path, { file: path, message: unreadableMessage(error) }, UNREADABLE);
      }
    }
  }

  #unreadable(path: string, fault: SourceFault, stamp: FileStamp): void {
    this.#restless.delete(path);
    this.#entered.set(path, stamp);
    this.table.fileUnreadable(path, fault);
  }
}

function isBelow(path: string, folders: ReadonlyMap<string, unknown>): boolean {
  return [...folders.keys()].some((folder) => path === folder || path.startsWith(`${folder}/`));
}

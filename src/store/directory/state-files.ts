import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { holdsAddresses, isWrittenByBerth } from '../owned-kinds.ts';
import { StoreError } from '../store.ts';
import { currentStamp, type FileContent, keepAside, readWhole, removeFile, replaceFile } from './atomic-file.ts';
import { unreadableMessage, unwritableMessage } from './file-error.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { resourceOf } from './object-id.ts';
import { formatFault, type SourceFault } from './source-fault.ts';
import type { FileStamp } from './source-listing.ts';
import { type StateFaults, type StateFile, stateFaults } from './state-faults.ts';
import { StateFolder } from './state-folder.ts';
import { statePathOf } from './state-path.ts';
import { formatState, parseState } from './state-text.ts';

/** What a writer makes of an object: its new state, its removal, or undefined to leave it as it is. */
export type StateDecision = { readonly write: KubernetesObject } | 'remove' | undefined;

/** What the state files need of the store around them. */
export interface StateFilesOptions {
  /** The folder of the state files. */
  readonly root: string;
  readonly kinds: readonly Kind<KubernetesObject>[];
  readonly readOnly: boolean;
  /** Why the folder could not be made; undefined where it could. */
  readonly unmade?: string | undefined;
  /** How long a file must be gone or broken before that is believed. */
  readonly confirmMillis: number;
  readonly logger: Logger;
  /** Called whenever the state that a file holds may have changed; undefined where there is none any more. */
  onState(kind: Kind<KubernetesObject>, key: ObjectKey, state: KubernetesObject | undefined): void;
  /** Called whenever the faults may have changed. */
  onFaults(): void;
}

/** How many files are worked on at once: each takes descriptors, of which a process may have as few as 1,024. */
const MAX_CONCURRENCY = 32;

/** How often a write starts anew because another process changed the file in between. */
const MAX_ATTEMPTS = 10;

/** The files that hold what Berth writes, one an object: read as they change, replaced as a whole. */
export class StateFiles {
  readonly #files = new Map<string, StateFile>();
  readonly #kinds: ReadonlyMap<string, Kind<KubernetesObject>>;
  readonly #queue = new KeyedQueue(MAX_CONCURRENCY);
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #putAside: SourceFault[] = [];
  readonly #folder: StateFolder;
  #opening = true;

  constructor(private readonly options: StateFilesOptions) {
    this.#kinds = new Map(options.kinds.map((kind) => [resourceOf(kind), kind]));
    this.#folder = new StateFolder(options.root, options.readOnly, options.unmade);
  }

  /** Paths, below the root, of all files that hold or held something that still counts. */
  get paths(): Iterable<string> {
    return this.#files.keys();
  }

  /** Everything wrong with the files at present. */
  faults(): StateFaults {
    const { fault, unlisted } = this.#folder;
    const mayHold = (file: string): boolean => {
      const kind = this.kindOf(relative(this.options.root, file));
      return file === this.options.root || (kind !== undefined && holdsAddresses(kind));
    };
    const { unknown, others } = stateFaults(fault ? [fault] : unlisted, this.#files.values(), mayHold);
    return { unknown, others: [...others, ...this.#putAside] };
  }

  /** The path of an object's file, as faults name it. */
  fileOf(kind: Kind<KubernetesObject>, key: ObjectKey): string {
    return this.#file(statePathOf(kind, key));
  }

  /** The kind whose files a folder below the root holds. */
  kindOf(path: string): Kind<KubernetesObject> | undefined {
    return this.#kinds.get(path.split(sep, 1)[0] ?? '');
  }

  /** Whether a file holds or held something that still counts. */
  isKnown(path: string): boolean {
    return this.#files.has(path);
  }

  /** Whether a file has to be read again, going by its stamp. */
  isStale(path: string, stamp: FileStamp): boolean {
    const known = this.#files.get(path);
    return known?.stamp !== stamp || known.doubtfulSince !== undefined;
  }

  /** The first look at everything is over: from now on, what cannot be understood gets time to be mended. */
  opened(): void {
    this.#opening = false;
  }

  /**
   * Tells whether the folder is the one that it was, since what is missing from another proves nothing.
   * @param holdsKnown whether it holds a file that is known already, which makes another folder the same
   */
  async checkRoot(holdsKnown: boolean): Promise<boolean> {
    if (await this.#folder.check(holdsKnown)) this.options.onFaults();
    return this.#folder.fault === undefined;
  }

  /** Takes note of what in the folder is there and cannot be looked at. */
  noteUnlisted(unlisted: readonly SourceFault[]): void {
    if (this.#folder.note(unlisted)) this.options.onFaults();
  }

  /** Reads a file if it has changed. Does not reject. */
  async look(path: string): Promise<void> {
    await this.#queue.run(path, () => this.#tellingFaults(path, () => this.#look(path)));
  }

  /**
   * Changes one object's file. Where another process changes it meanwhile, that is read and decided on again.
   * @param decide called after the latest content was handed to `onState`; what it throws is thrown
   * @throws StoreError `Unavailable` where the file cannot be written; it is then as it was
   */
  change(kind: Kind<KubernetesObject>, key: ObjectKey, decide: () => StateDecision): Promise<void> {
    const path = statePathOf(kind, key);
    return this.#queue.run(path, () => this.#tellingFaults(path, () => this.#change(path, kind, key, decide)));
  }

  /** Waits for what is under way and does nothing more. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#queue.idle();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #change(
    path: string,
    kind: Kind<KubernetesObject>,
    key: ObjectKey,
    decide: () => StateDecision,
  ): Promise<void> {
    try {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        if (await this.#attempt(path, kind, key, decide)) return;
      }
    } catch (error) {
      if (error instanceof StoreError) throw error;
      // Not as its cause too: whoever prints errors with their causes would say the same twice.
      throw new StoreError('Unavailable', `${this.#file(path)}: cannot be written: ${unwritableMessage(error)}`);
    }
    throw new StoreError('Unavailable', `${this.#file(path)}: other processes keep changing it`);
  }

  async #tellingFaults(path: string, task: () => Promise<void>): Promise<void> {
    const before = this.#files.get(path)?.fault;
    try {
      await task();
    } finally {
      if (this.#files.get(path)?.fault !== before) this.options.onFaults();
    }
  }

  async #attempt(
    path: string,
    kind: Kind<KubernetesObject>,
    key: ObjectKey,
    decide: () => StateDecision,
  ): Promise<boolean> {
    const file = this.#file(path);
    if (!(await this.checkRoot(false))) {
      throw new StoreError('Unavailable', formatFault(this.#folder.fault ?? { file, message: 'cannot be written' }));
    }
    const content = await readWhole(file);
    if (content) this.#take(path, kind, content);
    else if (isWrittenByBerth(kind)) this.#forget(path, kind);
    const { fault, isUnknown, doubtfulSince } = this.#files.get(path) ?? {};
    if (fault && isUnknown && holdsAddresses(kind)) throw new StoreError('Unavailable', formatFault(fault));
    const decision = decide();
    if (decision === undefined) return true;
    const broken = content && doubtfulSince !== undefined;
    if (broken && !(await this.#setAside(path, content.stamp))) return false;
    if (decision === 'remove') {
      await removeFile(file);
      this.#forget(path, kind);
      return true;
    }
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    const stamp = await replaceFile(file, formatState(decision.write), content?.stamp);
    if (stamp === undefined) return false;
    this.#files.set(path, { stamp, state: decision.write });
    this.options.onState(kind, key, decision.write);
    return true;
  }

  async #look(path: string): Promise<void> {
    const kind = this.kindOf(path);
    if (!kind) return;
    try {
      const stamp = await currentStamp(this.#file(path));
      if (stamp !== undefined && !this.isStale(path, stamp)) return;
      const content = await readWhole(this.#file(path));
      if (content) {
        this.#take(path, kind, content);
        if (this.#isConfirmed(path)) await this.#mend(path, kind, content.stamp);
      } else {
        await this.#missing(path, kind);
      }
    } catch (error) {
      const fault = { file: this.#file(path), message: unreadableMessage(error) };
      this.#files.set(path, { state: this.#files.get(path)?.state, fault, isUnknown: true });
    }
  }

  #take(path: string, kind: Kind<KubernetesObject>, content: FileContent): void {
    const known = this.#files.get(path);
    if (known?.stamp === content.stamp) return;
    const read = parseState(content.text, this.#file(path), path, kind);
    if ('object' in read) {
      this.#files.set(path, { stamp: content.stamp, state: read.object });
      this.options.onState(kind, keyOf(read.object), read.object);
    } else {
      const doubtfulSince = performance.now();
      const isUnknown = known?.state === undefined || known.isUnknown;
      this.#files.set(path, { stamp: content.stamp, state: known?.state, fault: read.fault, isUnknown, doubtfulSince });
      this.#lookLater(path);
    }
  }

  async #missing(path: string, kind: Kind<KubernetesObject>): Promise<void> {
    const known = this.#files.get(path);
    if (!known || !(await this.checkRoot(false))) return;
    if (isWrittenByBerth(kind) || (this.#isConfirmed(path) && known.stamp === undefined)) {
      this.#forget(path, kind);
    } else if (known.stamp !== undefined || known.doubtfulSince === undefined) {
      const { state, fault, isUnknown } = known;
      this.#files.set(path, { state, doubtfulSince: performance.now(), ...(isUnknown ? { fault, isUnknown } : {}) });
      this.#lookLater(path);
    }
  }

  #forget(path: string, kind: Kind<KubernetesObject>): void {
    const state = this.#files.get(path)?.state;
    this.#files.delete(path);
    if (state) this.options.onState(kind, keyOf(state), undefined);
  }

  #isConfirmed(path: string): boolean {
    const since = this.#files.get(path)?.doubtfulSince;
    return since !== undefined && (this.#opening || performance.now() - since >= this.options.confirmMillis);
  }

  /**
   * Keeps what a file that stayed broken says under another name, and writes down again what is known of the object.
   * Where nothing is known of a holder of addresses, the file stays in its place, for a person to restore or remove.
   */
  async #mend(path: string, kind: Kind<KubernetesObject>, stamp: FileStamp): Promise<void> {
    const { state, isUnknown } = this.#files.get(path) ?? {};
    if (this.options.readOnly || (isUnknown && holdsAddresses(kind))) return;
    if (!(await this.#setAside(path, stamp))) return;
    if (!state) {
      await removeFile(this.#file(path));
      this.#files.delete(path);
      return;
    }
    const written = await replaceFile(this.#file(path), formatState(state), stamp);
    if (written === undefined) await this.#look(path);
    else this.#files.set(path, { stamp: written, state });
  }

  /** The file stays in its place too, so that there is one at any moment. */
  async #setAside(path: string, stamp: FileStamp): Promise<boolean> {
    const aside = await keepAside(this.#file(path), stamp);
    if (aside === undefined) return false;
    const message = `was broken and is kept as ${aside}: ${this.#files.get(path)?.fault?.message ?? 'unreadable'}`;
    this.#putAside.push({ file: this.#file(path), message });
    this.options.onFaults();
    this.options.logger.warn('a broken state file was put aside', { file: this.#file(path), aside });
    return true;
  }

  #lookLater(path: string): void {
    clearTimeout(this.#timers.get(path));
    const timer = setTimeout(() => {
      this.#timers.delete(path);
      void this.look(path);
    }, this.options.confirmMillis + 1);
    this.#timers.set(path, timer);
  }

  #file(path: string): string {
    return join(this.options.root, path);
  }
}

import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { isWrittenByBerth } from '../owned-kinds.ts';
import { StoreError } from '../store.ts';
import { currentStamp, type FileContent, moveAside, readWhole, removeFile, replaceFile } from './atomic-file.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { resourceOf } from './object-id.ts';
import { formatFault, type SourceFault } from './source-fault.ts';
import { codeOf, type FileStamp, unreadableMessage } from './source-listing.ts';
import { statePathOf } from './state-path.ts';
import { formatState, parseState } from './state-text.ts';

/** One file below the state folder as it was last seen. */
interface StateFile {
  readonly stamp?: FileStamp | undefined;
  /** The last content that could be understood. */
  readonly state?: KubernetesObject | undefined;
  readonly fault?: SourceFault | undefined;
  /** Since when the content cannot be understood, or the file is gone. */
  readonly doubtfulSince?: number | undefined;
}

/** What a writer makes of an object: its new state, its removal, or undefined to leave it as it is. */
export type StateDecision = { readonly write: KubernetesObject } | 'remove' | undefined;

/** What the state files need of the store around them. */
export interface StateFilesOptions {
  /** The folder of the state files. */
  readonly root: string;
  readonly kinds: readonly Kind<KubernetesObject>[];
  readonly readOnly: boolean;
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
  #rootIdentity: string | undefined;
  #rootFault: SourceFault | undefined;
  #opening = true;

  constructor(private readonly options: StateFilesOptions) {
    this.#kinds = new Map(options.kinds.map((kind) => [resourceOf(kind), kind]));
  }

  /** Paths, below the root, of all files that hold or held something that still counts. */
  get paths(): Iterable<string> {
    return this.#files.keys();
  }

  /** Everything wrong with the files at present. */
  faults(): readonly SourceFault[] {
    const faults = [...this.#files.values()].flatMap(({ fault }) => fault ?? []);
    return [...(this.#rootFault ? [this.#rootFault] : []), ...faults, ...this.#putAside];
  }

  /** The path of an object's file, as faults name it. */
  fileOf(kind: Kind<KubernetesObject>, key: ObjectKey): string {
    return this.#file(statePathOf(kind, key));
  }

  /** The kind whose files a folder below the root holds. */
  kindOf(path: string): Kind<KubernetesObject> | undefined {
    return this.#kinds.get(path.split(sep, 1)[0] ?? '');
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
    const { root } = this.options;
    const before = this.#rootFault?.message;
    try {
      const { dev, ino } = await stat(root);
      const identity = `${dev}:${ino}`;
      if (this.#rootIdentity === undefined || holdsKnown) this.#rootIdentity = identity;
      this.#rootFault =
        this.#rootIdentity === identity
          ? undefined
          : { file: root, message: 'is another folder than before and empty: mount or restore it, or restart Berth' };
    } catch (error) {
      if (this.#rootIdentity === undefined && this.options.readOnly && codeOf(error) === 'ENOENT') return true;
      this.#rootFault = { file: root, message: unreadableMessage(error) };
    }
    if (this.#rootFault?.message !== before) this.options.onFaults();
    return this.#rootFault === undefined;
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
      const message = `${this.#file(path)}: cannot be written: ${messageOf(error)}`;
      throw new StoreError('Unavailable', message, { cause: error });
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
      throw new StoreError('Unavailable', formatFault(this.#rootFault ?? { file, message: 'cannot be written' }));
    }
    const content = await readWhole(file);
    if (content) this.#take(path, kind, content);
    else if (isWrittenByBerth(kind)) this.#forget(path, kind);
    const decision = decide();
    if (decision === undefined) return true;
    const broken = content && this.#files.get(path)?.doubtfulSince !== undefined;
    if (broken && !(await this.#setAside(path, content.stamp))) return false;
    if (decision === 'remove') {
      await removeFile(file);
      this.#forget(path, kind);
      return true;
    }
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    const stamp = await replaceFile(file, formatState(decision.write), broken ? undefined : content?.stamp);
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
        if (this.#isConfirmed(path)) await this.#mend(path, content.stamp);
      } else {
        await this.#missing(path, kind);
      }
    } catch (error) {
      const fault = { file: this.#file(path), message: unreadableMessage(error) };
      this.#files.set(path, { ...this.#files.get(path), stamp: undefined, fault });
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
      this.#files.set(path, { stamp: content.stamp, state: known?.state, fault: read.fault, doubtfulSince });
      this.#lookLater(path);
    }
  }

  async #missing(path: string, kind: Kind<KubernetesObject>): Promise<void> {
    const known = this.#files.get(path);
    if (!known || !(await this.checkRoot(false))) return;
    if (isWrittenByBerth(kind) || (this.#isConfirmed(path) && known.stamp === undefined)) {
      this.#forget(path, kind);
    } else if (known.stamp !== undefined || known.doubtfulSince === undefined) {
      this.#files.set(path, { state: known.state, doubtfulSince: performance.now() });
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

  /** Takes a file that stayed broken out of the way and writes down again what is known of the object. */
  async #mend(path: string, stamp: FileStamp): Promise<void> {
    if (this.options.readOnly || !(await this.#setAside(path, stamp))) return;
    const state = this.#files.get(path)?.state;
    if (!state) {
      this.#files.delete(path);
      return;
    }
    const written = await replaceFile(this.#file(path), formatState(state), undefined);
    if (written === undefined) await this.#look(path);
    else this.#files.set(path, { stamp: written, state });
  }

  async #setAside(path: string, stamp: FileStamp): Promise<boolean> {
    const aside = await moveAside(this.#file(path), stamp);
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

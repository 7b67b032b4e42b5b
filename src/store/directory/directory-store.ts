import type { Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../api/object.ts';
import { applyMergePatch } from '../merge-patch.ts';
import { isWrittenByBerth } from '../owned-kinds.ts';
import {
  type MergePatch,
  type Precondition,
  type StatusOf,
  type Store,
  StoreError,
  type Watch,
  type WatchHandler,
} from '../store.ts';
import { applyStatus, withoutManagers } from './applied-status.ts';
import { checkState, parseObject } from './check-state.ts';
import { FaultBoard } from './fault-board.ts';
import { withFinalizers } from './finalizers.ts';
import { idOf, type ObjectId, resourceOf } from './object-id.ts';
import { ObjectTable } from './object-table.ts';
import { Orphans } from './orphans.ts';
import { withResourceVersion } from './resource-version.ts';
import type { DirectoryStoreSettings } from './settings.ts';
import type { SourceFault } from './source-fault.ts';
import { SourceReader } from './source-reader.ts';
import { SourceTable } from './source-table.ts';
import { type StateDecision, StateFiles } from './state-files.ts';
import { StateWatch } from './state-watch.ts';
import { WatchDelivery } from './watch-delivery.ts';

/** Objects in a folder of YAML files, and what Berth writes about them in a state folder. See the README here. */
export class DirectoryStore implements Store {
  readonly #delivery: WatchDelivery;
  readonly #objects: ObjectTable;
  readonly #sources: SourceTable;
  readonly #reader: SourceReader;
  readonly #files: StateFiles;
  readonly #stateWatch: StateWatch;
  readonly #faults: FaultBoard;
  readonly #orphans: Orphans;
  #unknownHolders: readonly SourceFault[] = [];
  #closed = false;

  constructor(private readonly settings: DirectoryStoreSettings) {
    const { directory, stateDirectory, kinds, logger, readOnly, confirmMillis } = settings;
    this.#delivery = new WatchDelivery(logger);
    this.#objects = new ObjectTable(kinds, (kind, event) => this.#delivery.publish(resourceOf(kind), event));
    this.#orphans = new Orphans(this.#objects, confirmMillis);
    this.#sources = new SourceTable(confirmMillis);
    this.#faults = new FaultBoard(logger);
    this.#files = new StateFiles({
      root: stateDirectory,
      kinds,
      readOnly,
      unmade: settings.unmade,
      confirmMillis,
      logger,
      onState: (kind, key, state) => {
        this.#objects.setState(kind, key, state);
        this.#orphans.note(kind, key, performance.now());
      },
      onFaults: () => this.#showFaults(),
    });
    this.#stateWatch = new StateWatch(stateDirectory, this.#files, settings.pollMillis);
    this.#reader = new SourceReader(this.#sources, {
      root: directory,
      exclude: stateDirectory,
      kinds,
      quietMillis: settings.quietMillis,
      pollMillis: settings.pollMillis,
      onLook: () => this.#enterDocuments(),
    });
  }

  /** Reads everything. Used once, before the store is handed out. */
  async open(): Promise<void> {
    await this.#stateWatch.open();
    await this.#reader.open();
    this.#faults.opened();
  }

  /**
   * Waits for the documents of states that have none, and where files cannot be read at present, has those objects
   * stand as Berth last wrote them: their addresses are in use.
   */
  async settleOrphans(): Promise<void> {
    if (this.#objects.orphans().length > 0 && this.#isReadable()) {
      await new Promise((resolve) => setTimeout(resolve, this.settings.confirmMillis));
      await this.#reader.open();
    }
    const orphans = this.#objects.orphans();
    if (this.#isTold()) this.#orphans.confirmAll();
    if (orphans.length === 0 || this.#isReadable()) return;
    this.#sources.remember(
      orphans.map(({ kind, key, state }) => ({ kind, object: state, file: this.#files.fileOf(kind, key), line: 1 })),
    );
    this.#enterDocuments();
    this.settings.logger.warn('objects stand as they last were, since files that may define them cannot be read', {
      objects: orphans.map(({ kind, key }) => idOf(kind, key)),
    });
  }

  /** Everything wrong with the files at present. */
  faults(): readonly SourceFault[] {
    return this.#faults.current;
  }

  /**
   * Those of the {@link faults} for which nobody can tell which addresses are in use: none may be given meanwhile, or
   * two might hold one.
   */
  unknownHolders(): readonly SourceFault[] {
    return this.#unknownHolders;
  }

  /** Calls back when {@link faults} changes. Returns a function that ends it. */
  onFaults(listener: (faults: readonly SourceFault[]) => void): () => void {
    return this.#faults.onChange(listener);
  }

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    this.#check(kind);
    return this.#delivery.watch(
      resourceOf(kind),
      this.#objects.list(kind),
      handler as unknown as WatchHandler<KubernetesObject>,
    );
  }

  async catchUp<T extends KubernetesObject>(kind: Kind<T>): Promise<void> {
    this.#check(kind);
    await Promise.all([this.#stateWatch.look(), this.#reader.open()]);
    this.#checkOpen();
  }

  async get<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined> {
    this.#check(kind);
    return this.#objects.get(kind, key) as T | undefined;
  }

  async list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]> {
    this.#check(kind);
    return this.#objects.list(kind) as readonly T[];
  }

  async create<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T> {
    const parsed = parseObject(kind, object);
    return this.#write(kind, keyOf(parsed), (current, name) => {
      this.#checkOwned(kind, name);
      if (current) throw new StoreError('AlreadyExists', `${name} is there already`);
      return { write: parsed };
    });
  }

  async update<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T> {
    const parsed = parseObject(kind, object);
    return this.#write(kind, keyOf(parsed), (current, name) => {
      this.#checkOwned(kind, name);
      checkState(current, name, object.metadata);
      return { write: parsed };
    });
  }

  async patchStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: MergePatch<StatusOf<T>>,
    precondition: Precondition = {},
  ): Promise<void> {
    await this.#write(kind, key, (current, name) => {
      const object: KubernetesObject & { readonly status?: unknown } = checkState(current, name, precondition);
      const status = applyMergePatch(object.status, patch);
      return { write: parseObject(kind, { ...withoutManagers(object, status), status }) };
    });
  }

  async applyStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    status: StatusOf<T>,
    fieldManager: string,
    precondition: Precondition = {},
  ): Promise<T> {
    return this.#write(kind, key, (current, name) => {
      const object = checkState(current, name, precondition);
      return { write: parseObject(kind, applyStatus(object, status, fieldManager, name)) };
    });
  }

  async setFinalizers<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    finalizers: readonly string[],
    precondition: Precondition = {},
  ): Promise<void> {
    await this.#change(kind, key, (current, name) => {
      const object = checkState(current, name, precondition);
      return withFinalizers(object, finalizers, this.#objects.partsOf(kind, key).document, name);
    });
  }

  async delete<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey, precondition?: Precondition): Promise<void> {
    await this.#change(kind, key, (current, name) => {
      this.#checkOwned(kind, name);
      if (!current) return undefined;
      if (!this.#objects.partsOf(kind, key).state) {
        throw new StoreError('Invalid', `${name} is written in ${this.settings.directory}: remove it there`);
      }
      checkState(current, name, precondition ?? {});
      return 'remove';
    });
  }

  /**
   * Removes the state of objects that people have removed, so that one that returns does not bring back an address that
   * has been given to another since. For the process that allocates, before it gives an address again. What was removed
   * before this store was opened is left alone while a file cannot be read, or while there is no document at all, as in
   * a folder that is not mounted. What has a finalizer stays, and is seen as being deleted.
   * @returns what was removed
   */
  async pruneOrphans(): Promise<readonly ObjectId[]> {
    this.#checkOpen();
    const pruned: ObjectId[] = [];
    for (const { kind, key } of this.#orphans.due(this.#isTold(), performance.now())) {
      await this.#files.change(kind, key, () => (this.#objects.partsOf(kind, key).document ? undefined : 'remove'));
      if (!this.#objects.partsOf(kind, key).state) pruned.push(idOf(kind, key));
    }
    return pruned;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#delivery.close();
    this.#faults.close();
    await Promise.all([this.#reader.close(), this.#stateWatch.close()]);
    await this.#files.close();
  }

  /** Whether what is in no file is gone, and not in one that cannot be read or a folder that is not mounted. */
  #isTold(): boolean {
    return this.#isReadable() && this.#sources.documents.size > 0;
  }

  #isReadable(): boolean {
    return this.#sources.isWhole() && this.#reader.folderFaults.length === 0;
  }

  #enterDocuments(): void {
    for (const { kind, key, document } of this.#sources.takeChanges()) {
      this.#objects.setDocument(kind, key, document);
      this.#orphans.note(kind, key, Number.NEGATIVE_INFINITY);
    }
    this.#showFaults();
  }

  #showFaults(): void {
    const { unknown, others } = this.#files.faults();
    this.#unknownHolders = unknown;
    this.#faults.show([...this.#reader.folderFaults, ...this.#sources.faults(), ...unknown, ...others]);
  }

  async #write<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey, decide: Decide): Promise<T> {
    await this.#change(kind, key, decide);
    return this.#objects.get(kind, key) as T;
  }

  async #change(kind: Kind<KubernetesObject>, key: ObjectKey, decide: Decide): Promise<void> {
    this.#check(kind);
    const name = `${kind.kind}/${keyText(key)}`;
    if (this.settings.readOnly) throw new StoreError('Forbidden', `${name}: the folder is open for reading only`);
    await this.#files.change(kind, key, () => {
      const current = this.#objects.get(kind, key);
      const decision = decide(current, name);
      if (decision === undefined || decision === 'remove') return decision;
      const { resourceVersion } = withResourceVersion(decision.write).metadata;
      const isSame = resourceVersion === current?.metadata.resourceVersion;
      return isSame && this.#objects.partsOf(kind, key).state ? undefined : decision;
    });
  }

  #check(kind: Kind<KubernetesObject>): void {
    this.#checkOpen();
    if (!this.#objects.knows(kind)) throw new StoreError('Invalid', `this store holds no ${kind.kind} objects`);
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('Unavailable', 'the store is closed');
  }

  #checkOwned(kind: Kind<KubernetesObject>, name: string): void {
    if (isWrittenByBerth(kind)) return;
    throw new StoreError('Invalid', `${name} is for people to write, in ${this.settings.directory}, not for Berth`);
  }
}

type Decide = (current: KubernetesObject | undefined, name: string) => StateDecision;

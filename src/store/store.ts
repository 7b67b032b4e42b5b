import type { Kind } from '../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../api/object.ts';

/** A change of one object. `DELETED` carries the last state known. */
export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED'; readonly object: T }
  | { readonly type: 'DELETED'; readonly object: T };

/** Receives the objects of one kind. Called on the main thread, never re-entrantly, in the order of the changes. */
export interface WatchHandler<T> {
  onEvent(event: WatchEvent<T>): void;
  /** Called once, after an `ADDED` for every object that existed when the watch began. */
  onSynced?(): void;
  /**
   * Called where the source does not have the kind: there are no objects of it then. The source is asked again from time to
   * time, and tells of them as ever once it has the kind. A watch without this waits for it.
   */
  onMissing?(): void;
}

/** A watch under way. */
export interface Watch {
  /** Ends it: no handler is called after this returns. Calling it again does nothing. */
  stop(): void;
}

/** Which state a write was decided on. */
export interface Precondition {
  /** The write fails with {@link StoreError} `Conflict` unless the object is still in this state. */
  readonly resourceVersion?: string | undefined;
}

/** A JSON merge patch (RFC 7396) of a value: members to set, `null` to remove; a list replaces the whole list. */
export type MergePatch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: MergePatch<T[K]> | null }
    : T;

/** The status part of a kind, where it has one. */
export type StatusOf<T> = T extends { readonly status?: infer S } ? NonNullable<S> : never;

/**
 * Where objects live: a folder of YAML files, or the Kubernetes API. Controller, speaker and commands know nothing else
 * of either. Users own what objects ask for (`spec`); through this interface Berth writes status and finalizers, and whole
 * objects of the kinds that only Berth writes (`SpeakerStatus`, `Lease`).
 *
 * A store goes on delivering what it last knew while its source is out of reach, and catches up afterwards. Every
 * method rejects with {@link StoreError} and nothing else.
 */
export interface Store {
  /** Delivers all objects of a kind, then every change, until stopped. Survives whatever the source does. */
  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch;
  /**
   * Resolves when the watches of a kind have delivered everything that had been written before a time, by whomever, and
   * not before: a watch may lag behind for as long as the source is out of reach. Rejects where the store is closed first.
   *
   * @param since the time, in the milliseconds of `performance.now`; default: that of the call
   */
  catchUp<T extends KubernetesObject>(kind: Kind<T>, since?: number): Promise<void>;
  /** The object, or undefined where there is none. */
  get<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey): Promise<T | undefined>;
  /** All objects of a kind, ordered by namespace and name. */
  list<T extends KubernetesObject>(kind: Kind<T>): Promise<readonly T[]>;
  /**
   * Adds an object of a kind that Berth owns, or in a cluster an L2Advertisement. `AlreadyExists` where one of that name is
   * there.
   */
  create<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T>;
  /** Replaces an object of a kind that Berth owns; its `metadata.resourceVersion`, where present, is a precondition. */
  update<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<T>;
  /**
   * Changes parts of an object's status and leaves the rest, and everything outside status, as it is. What came of it is
   * for a watch to tell.
   */
  patchStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: MergePatch<StatusOf<T>>,
    precondition?: Precondition,
  ): Promise<void>;
  /**
   * Says what this field manager wants parts of an object's status to be (server-side apply, never forced). What it
   * applied before and leaves out now goes, unless somebody else has it too. `Conflict` where another has set one of the
   * parts to something else. The object then tells in `metadata.managedFields` what this manager still owns.
   */
  applyStatus<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    status: StatusOf<T>,
    fieldManager: string,
    precondition?: Precondition,
  ): Promise<T>;
  /**
   * Says which finalizers keep an object that people delete from going, and leaves all else as it is. Deleting an object
   * that has one only marks it, by a `deletionTimestamp`; it goes when the last finalizer does. Nothing can be added to
   * one that is marked: `Invalid`.
   */
  setFinalizers<T extends KubernetesObject>(
    kind: Kind<T>,
    key: ObjectKey,
    finalizers: readonly string[],
    precondition?: Precondition,
  ): Promise<void>;
  /** Removes an object of a kind that Berth owns. Removing what is not there succeeds. */
  delete<T extends KubernetesObject>(kind: Kind<T>, key: ObjectKey, precondition?: Precondition): Promise<void>;
  /** Stops all watches and releases what the store holds. */
  close(): Promise<void>;
}

/** Why a store refused or failed; the names are those of Kubernetes' `metav1.StatusReason` where it has one. */
export type StoreErrorCode =
  | 'NotFound'
  | 'AlreadyExists'
  /** The precondition no longer holds: read again, decide again. */
  | 'Conflict'
  /** The object is malformed or of a kind that this store does not let Berth write. */
  | 'Invalid'
  /** Credentials lack the right. */
  | 'Forbidden'
  /** The source is out of reach, full, or too busy; the same call may succeed later. */
  | 'Unavailable';

/** What every rejected store call rejects with. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

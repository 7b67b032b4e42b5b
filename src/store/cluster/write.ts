import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '../../api/kind.ts';
import { type Lease, LeaseKind } from '../../api/kubernetes/lease.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../api/object.ts';
import { type Precondition, StoreError } from '../store.ts';
import type { ApiClient, ApiRequest } from './api-client.ts';
import { withMicroTimes } from './micro-time.ts';
import { laneOf, readObject } from './read.ts';
import { replacingPatch } from './replacing-patch.ts';
import { collectionPath, objectPath, statusPath } from './resource-path.ts';
import { isMembers } from './trim.ts';

const MERGE_PATCH = 'application/merge-patch+json';
/** JSON is YAML; API servers before 1.33 know the patch by no other name. */
const APPLY_PATCH = 'application/apply-patch+yaml';

/** How often an object that others change meanwhile is read again. */
const MOST_ROUNDS = 5;

/** How long a write may take. A Lease has to be renewed twice within its renewal deadline. */
const TIMEOUT = { request: 10_000, lease: 4_000 } as const;

/**
 * How long a status patch may take in seconds, for the server too: one that was begun at the end of a leadership is over
 * before the next one begins, which is so much later.
 */
const PATCH_SECONDS = 5;

interface Anything extends KubernetesObject {
  readonly status?: unknown;
}

/**
 * Writes to the API server. Values that are returned are as the server wrote them; everything rejects with StoreError.
 */
export class Writer {
  readonly #client: ApiClient;
  /** The state of the Leases that this process wrote last, so that a renewal need not read first. */
  readonly #lastWritten = new Map<string, string>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** A JSON merge patch (RFC 7396) of the status. The answer says nothing that a watch does not, and costs time to read. */
  async patchStatus(
    kind: Kind<KubernetesObject>,
    key: ObjectKey,
    status: unknown,
    precondition: Precondition,
  ): Promise<void> {
    await this.#client.request({ ...statusPatch(kind, key, status, precondition), isAnswerSkipped: true });
  }

  /** Server-side apply of the status, never forced. `Conflict` where another field manager has something else there. */
  applyStatus(
    { apiVersion, kind, ...names }: Kind<KubernetesObject>,
    key: ObjectKey,
    status: unknown,
    fieldManager: string,
    { resourceVersion }: Precondition,
  ): Promise<unknown> {
    return this.#client.request({
      method: 'PATCH',
      path: `${statusPath({ apiVersion, ...names }, key)}?fieldManager=${encodeURIComponent(fieldManager)}`,
      contentType: APPLY_PATCH,
      body: {
        apiVersion,
        kind,
        metadata: { ...key, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
        status,
      },
    });
  }

  /** A JSON merge patch, in which the list replaces the list. */
  async setFinalizers(
    kind: Kind<KubernetesObject>,
    key: ObjectKey,
    finalizers: readonly string[],
    { resourceVersion }: Precondition,
  ): Promise<void> {
    await this.#client.request({
      method: 'PATCH',
      path: objectPath(kind, key),
      contentType: MERGE_PATCH,
      body: { metadata: { ...(resourceVersion === undefined ? {} : { resourceVersion }), finalizers } },
    });
  }

  /** Adds the object, then its status, which an API server does not take with the object. */
  async create(kind: Kind<KubernetesObject>, object: Anything): Promise<unknown> {
    const { status, ...rest } = prepared(kind, object);
    const { resourceVersion: _, uid: _uid, ...metadata } = rest.metadata;
    const path = collectionPath(kind, metadata.namespace);
    const created = await this.#send('POST', kind, path, { ...rest, metadata });
    this.#remember(kind, object, created);
    return status === undefined ? created : this.#replaceStatus(kind, object, created, status);
  }

  /** Replaces the object, and its status where the kind has one. */
  async update(kind: Kind<KubernetesObject>, object: Anything): Promise<unknown> {
    const wanted = prepared(kind, object);
    if (laneOf(kind) === 'lease') return this.#updateLease(kind, wanted);
    for (let round = 1; ; round++) {
      const current = await readObject(this.#client, kind, keyOf(wanted));
      const version = versionOf(current);
      const { resourceVersion = version } = wanted.metadata;
      if (resourceVersion !== version) throw changedSince(kind, wanted);
      try {
        const replaced = isSameButStatus(current, wanted)
          ? current
          : await this.#send('PUT', kind, objectPath(kind, keyOf(wanted)), inState(wanted, current));
        return await this.#replaceStatus(kind, wanted, replaced, wanted.status);
      } catch (error) {
        const mayRepeat = wanted.metadata.resourceVersion === undefined && round < MOST_ROUNDS;
        if (!isConflict(error) || !mayRepeat) throw error;
      }
    }
  }

  /** Removes the object; dependents of it are left to the garbage collector. */
  async delete(kind: Kind<KubernetesObject>, key: ObjectKey, { resourceVersion }: Precondition): Promise<void> {
    this.#lastWritten.delete(keyText(key));
    try {
      await this.#client.request({
        method: 'DELETE',
        path: objectPath(kind, key),
        lane: laneOf(kind),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          ...(resourceVersion === undefined ? {} : { preconditions: { resourceVersion } }),
        },
      });
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'NotFound') throw error;
    }
  }

  /** An API server replaces no Lease without a `resourceVersion`. */
  async #updateLease(kind: Kind<KubernetesObject>, lease: Anything): Promise<unknown> {
    const key = keyText(keyOf(lease));
    const path = objectPath(kind, keyOf(lease));
    let version = lease.metadata.resourceVersion ?? this.#lastWritten.get(key);
    for (let round = 1; ; round++) {
      const state = version === undefined ? await readObject(this.#client, kind, keyOf(lease)) : undefined;
      try {
        const body = state === undefined ? withVersion(lease, version) : inState(lease, state);
        const written = await this.#send('PUT', kind, path, body);
        this.#remember(kind, lease, written);
        return written;
      } catch (error) {
        this.#lastWritten.delete(key);
        version = undefined;
        if (!isConflict(error) || lease.metadata.resourceVersion !== undefined || round >= MOST_ROUNDS) throw error;
      }
    }
  }

  /** By a patch, as `patchStatus` does, so that a daemon needs no right that it does not need for that. */
  async #replaceStatus(
    kind: Kind<KubernetesObject>,
    object: Anything,
    current: unknown,
    status: unknown,
  ): Promise<unknown> {
    const former = isMembers(current) ? current.status : undefined;
    if (isDeepStrictEqual(former, status)) return current;
    const patch = replacingPatch(former, status ?? null);
    return this.#client.request(statusPatch(kind, keyOf(object), patch, { resourceVersion: versionOf(current) }));
  }

  #send(method: 'POST' | 'PUT', kind: Kind<KubernetesObject>, path: string, body: unknown): Promise<unknown> {
    const lane = laneOf(kind);
    return this.#client.request({ method, path, body, lane, timeoutMillis: TIMEOUT[lane] });
  }

  #remember(kind: Kind<KubernetesObject>, object: KubernetesObject, written: unknown): void {
    const version = versionOf(written);
    if (laneOf(kind) === 'lease' && version !== undefined) this.#lastWritten.set(keyText(keyOf(object)), version);
  }
}

function statusPatch(
  kind: Kind<KubernetesObject>,
  key: ObjectKey,
  status: unknown,
  { resourceVersion }: Precondition,
): ApiRequest {
  return {
    method: 'PATCH',
    path: `${statusPath(kind, key)}?timeout=${PATCH_SECONDS}s`,
    timeoutMillis: PATCH_SECONDS * 1000,
    contentType: MERGE_PATCH,
    body: { ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }), status },
  };
}

function prepared(kind: Kind<KubernetesObject>, object: Anything): Anything {
  return kind.plural === LeaseKind.plural ? (withMicroTimes(object as Lease) as Anything) : object;
}

function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'Conflict';
}

function changedSince(kind: Kind<KubernetesObject>, object: KubernetesObject): StoreError {
  return new StoreError(
    'Conflict',
    `${kind.kind}/${keyText(keyOf(object))} has changed since it was read: read it again`,
  );
}

function versionOf(value: unknown): string | undefined {
  const version = isMembers(value) && isMembers(value.metadata) ? value.metadata.resourceVersion : undefined;
  return typeof version === 'string' ? version : undefined;
}

function withVersion(object: Anything, resourceVersion: string | undefined): unknown {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** The wanted object as a replacement of what was read, and of nothing that took its place since. */
function inState(wanted: Anything, current: unknown): unknown {
  const { uid, resourceVersion } = isMembers(current) && isMembers(current.metadata) ? current.metadata : {};
  return { ...wanted, metadata: { ...wanted.metadata, uid, resourceVersion } };
}

/** Whether what people and controllers may set beside the status is as wanted. */
function isSameButStatus(current: unknown, wanted: Anything): boolean {
  if (!isMembers(current) || !isMembers(current.metadata)) return false;
  const { status: _, metadata: _had, ...rest } = current;
  const { status: _wantedStatus, metadata, ...wantedRest } = wanted;
  const { labels, annotations, finalizers, ownerReferences } = current.metadata;
  return (
    isDeepStrictEqual({ ...rest }, { ...wantedRest }) &&
    isDeepStrictEqual(
      [labels, annotations, finalizers, ownerReferences],
      [metadata.labels, metadata.annotations, metadata.finalizers, metadata.ownerReferences],
    )
  );
}

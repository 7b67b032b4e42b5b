import { isDeepStrictEqual } from 'node:util';
import type { FieldFault, Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyText, type ObjectKey } from '../../api/object.ts';
import { withoutNulls } from '../../api/schema/define-kind.ts';
import type { WatchEvent } from '../store.ts';
import { isMembers, trimObject } from './trim.ts';

/** An object that the API server has and that Berth cannot read. Its last good state, if any, stands meanwhile. */
export interface ObjectFault {
  readonly kind: string;
  /** `namespace/name`. */
  readonly object: string;
  readonly faults: readonly FieldFault[];
}

/**
 * What is kept of an object; undefined for one that is as good as not there. Whoever follows the objects is told only of
 * what it keeps: of every state, where that is the `resourceVersion`.
 */
export type Trim = (value: unknown) => unknown;

interface Entry<T> {
  /** As delivered; undefined where it never could be read. */
  readonly object: T | undefined;
  /** Of the state seen last, which is that of the object unless that cannot be read. */
  readonly resourceVersion: string;
  readonly fault: ObjectFault | undefined;
}

/** The objects of one kind as delivered, and what a list or a change of theirs means for whoever follows them. */
export class KnownObjects<T extends KubernetesObject> {
  readonly #kind: Kind<T>;
  readonly #onFault: (fault: ObjectFault) => void;
  readonly #trim: Trim;
  readonly #entries = new Map<string, Entry<T>>();
  #unseen = new Set<string>();

  /** @param onFault called once for each state that cannot be read */
  constructor(kind: Kind<T>, onFault: (fault: ObjectFault) => void, trim: Trim = trimObject) {
    this.#kind = kind;
    this.#onFault = onFault;
    this.#trim = trim;
  }

  /** What can be read, in no particular order. */
  *objects(): Generator<T> {
    for (const { object } of this.#entries.values()) if (object !== undefined) yield object;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  faults(): readonly ObjectFault[] {
    return [...this.#entries.values()].flatMap(({ fault }) => fault ?? []);
  }

  /** From here on, what is put has been seen in a list. */
  beginList(): void {
    this.#unseen = new Set(this.#entries.keys());
  }

  /** The keys of known objects that no page of the list has named. */
  endList(): readonly string[] {
    const unseen = [...this.#unseen];
    this.#unseen = new Set();
    return unseen;
  }

  /** Takes in the state of an object, as the API server wrote it. */
  put(value: unknown): readonly WatchEvent<T>[] {
    const { kind } = this.#kind;
    const identity = identityOf(value);
    if (identity === undefined) return [];
    const key = keyText(identity);
    this.#unseen.delete(key);
    const known = this.#entries.get(key);
    if (known?.resourceVersion === identity.resourceVersion) return [];
    const trimmed = withoutNulls(this.#trim(this.#wholeOf(value)));
    if (trimmed === undefined) return this.remove(key);
    const former = known?.object;
    // What has changed is nothing that is kept: so it is with the heartbeats of Nodes.
    if (isDeepStrictEqual(trimmed, former)) {
      this.#entries.set(key, { object: former, resourceVersion: identity.resourceVersion, fault: undefined });
      return [];
    }
    const parsed = this.#kind.parse(trimmed);
    const isAnother = former?.metadata.uid !== identity.uid;
    if (!parsed.ok) {
      const fault: ObjectFault = { kind, object: key, faults: parsed.faults };
      const object = isAnother ? undefined : former;
      this.#entries.set(key, { object, resourceVersion: identity.resourceVersion, fault });
      this.#onFault(fault);
      return former !== undefined && isAnother ? [{ type: 'DELETED', object: former }] : [];
    }
    const { object } = parsed;
    this.#entries.set(key, { object, resourceVersion: identity.resourceVersion, fault: undefined });
    if (former === undefined) return [{ type: 'ADDED', object }];
    if (!isAnother) return [{ type: 'MODIFIED', object }];
    return [
      { type: 'DELETED', object: former },
      { type: 'ADDED', object },
    ];
  }

  /** The object is gone. */
  remove(key: string): readonly WatchEvent<T>[] {
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    return known?.object === undefined ? [] : [{ type: 'DELETED', object: known.object }];
  }

  /** Items of a list do not say what they are. */
  #wholeOf(value: unknown): unknown {
    const { apiVersion, kind } = this.#kind;
    return isMembers(value) ? { apiVersion, kind, ...value } : value;
  }
}

/** What names an object and its state, even of one that cannot be read; undefined where nothing does. */
export function identityOf(
  value: unknown,
): (ObjectKey & { readonly uid: string | undefined; readonly resourceVersion: string }) | undefined {
  if (!isMembers(value) || !isMembers(value.metadata)) return undefined;
  const { name, namespace, uid, resourceVersion } = value.metadata;
  if (typeof name !== 'string' || typeof resourceVersion !== 'string') return undefined;
  return {
    name,
    ...(typeof namespace === 'string' ? { namespace } : {}),
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion,
  };
}

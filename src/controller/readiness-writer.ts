import type { ObjectFault, Readiness } from '../announcement/bgp/fault.ts';
import { readinessOf } from '../announcement/bgp/fault.ts';
import { setCondition } from '../api/conditions.ts';
import type { Kind } from '../api/kind.ts';
import { keyOf, keyText } from '../api/object.ts';
import { READY } from '../api/reasons/reasons.ts';
import { ObjectCache } from '../store/object-cache.ts';
import type { MergePatch, StatusOf } from '../store/store.ts';
import type { ObjectWithConditions } from './object-with-conditions.ts';
import { StatusWriter, type StatusWriterOptions } from './status-writer.ts';

/** What a {@link ReadinessWriter} works with. */
export interface ReadinessWriterOptions<T extends ObjectWithConditions>
  extends Omit<StatusWriterOptions<T>, 'outstanding' | 'onWritten'> {
  readonly kind: Kind<T>;
  /** RFC 3339. */
  now(): string;
  /** An object has come, changed or gone. */
  onEvent(): void;
}

/** Keeps the condition `Ready` of the objects of one kind in step with the faults that they have. */
export class ReadinessWriter<T extends ObjectWithConditions> {
  /** Resolves when all objects are known, or the store does not have the kind. */
  readonly synced: Promise<void>;
  readonly #options: ReadinessWriterOptions<T>;
  readonly #objects: ObjectCache<T>;
  readonly #writer: StatusWriter<T>;
  #judged: ReadonlyMap<string, { readonly object: T; readonly readiness: Readiness }> = new Map();

  constructor(options: ReadinessWriterOptions<T>) {
    this.#options = options;
    this.#objects = new ObjectCache(options.store, options.kind, () => options.onEvent(), { isOptional: true });
    this.#writer = new StatusWriter({ ...options, outstanding: (key) => this.#outstanding(key) });
    this.synced = this.#objects.synced;
  }

  get size(): number {
    return this.#writer.size;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  objects(): readonly T[] {
    return [...this.#objects.values()];
  }

  /** @param objects what {@link objects} gave when the faults were found */
  judge(objects: readonly T[], faults: readonly ObjectFault[]): void {
    this.#judged = new Map(
      objects.map((object) => [keyText(keyOf(object)), { object, readiness: readinessOf(object, faults) }]),
    );
    for (const key of this.#judged.keys()) this.#writer.check(key);
  }

  /** Another process writes from now on. */
  clear(): void {
    this.#judged = new Map();
    this.#writer.clear();
  }

  stop(): Promise<void> {
    this.#objects.stop();
    return this.#writer.stop();
  }

  #outstanding(key: string): ReturnType<StatusWriterOptions<T>['outstanding']> {
    const judged = this.#judged.get(key);
    if (judged === undefined) return null;
    const { object, readiness } = judged;
    const { generation } = object.metadata;
    const observed = generation === undefined ? {} : { observedGeneration: generation };
    const before = object.status?.conditions;
    const conditions = setCondition(before, { type: READY, ...readiness, ...observed }, this.#options.now());
    return conditions === before ? null : { object, patch: { conditions } as MergePatch<StatusOf<T>> };
  }
}

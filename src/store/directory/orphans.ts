import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
import { isWrittenByBerth } from '../owned-kinds.ts';
import { idOf, type ObjectId } from './object-id.ts';
import { isHeldBack, type ObjectTable, type Orphan } from './object-table.ts';

/** States of objects that people define, though no document does: since when, and what may become of them. */
export class Orphans {
  /** Since when the state of an object has had no document; -Infinity where that is confirmed already. */
  readonly #since = new Map<ObjectId, number>();

  /** @param confirmMillis how long a document must have been missing from the start on before it counts as removed. */
  constructor(
    private readonly objects: ObjectTable,
    private readonly confirmMillis: number,
  ) {}

  /** The document or the state of an object has come or gone. */
  note(kind: Kind<KubernetesObject>, key: ObjectKey, since: number): void {
    const { document, state } = this.objects.partsOf(kind, key);
    const id = idOf(kind, key);
    if (document || !state || isWrittenByBerth(kind)) this.#since.delete(id);
    else if (!this.#since.has(id)) this.#since.set(id, since);
  }

  /** The documents of all of them have been removed: what has a finalizer is being deleted. */
  confirmAll(): void {
    for (const orphan of this.objects.orphans()) this.#confirm(orphan);
  }

  /**
   * The states that nothing keeps any more.
   *
   * @param isTold whether what is in no file is gone for certain.
   */
  due(isTold: boolean, now: number): readonly Orphan[] {
    if (this.#since.size === 0) return [];
    const latest = isTold ? now - this.confirmMillis : Number.NEGATIVE_INFINITY;
    const due = this.objects
      .orphans()
      .filter(({ kind, key }) => (this.#since.get(idOf(kind, key)) ?? Number.POSITIVE_INFINITY) <= latest);
    return due.filter((orphan) => !this.#confirm(orphan));
  }

  /** Whether a finalizer holds it back. */
  #confirm({ kind, key, state }: Orphan): boolean {
    if (!isHeldBack(state)) return false;
    this.objects.confirmRemoved(kind, key);
    return true;
  }
}

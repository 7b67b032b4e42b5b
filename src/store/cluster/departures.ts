import type { KubernetesObject } from '../../api/object.ts';
import { WorkQueue } from '../work-queue.ts';
import { identityOf, type KnownObjects } from './known-objects.ts';

/** What {@link Departures} works with. */
export interface DeparturesOptions<T extends KubernetesObject> {
  readonly known: KnownObjects<T>;
  /** Reads an object from the server; undefined where there is none. */
  readonly get: (key: string) => Promise<unknown>;
  readonly onState: (value: unknown) => void;
  readonly onGone: (key: string) => void;
  readonly onFailure: (key: string, error: unknown, retryIn: number) => void;
}

/**
 * Objects that have left the selection that a watch is of. The server says DELETED whether the object was removed or has
 * only changed its type, so it is asked. One that is still there is a stray: the watch does not tell of it any more, so
 * it is looked at again when there is reason to.
 */
export class Departures<T extends KubernetesObject> {
  readonly #options: DeparturesOptions<T>;
  readonly #queue: WorkQueue;
  /** Changes whenever something newer is known of a key, so that an answer that comes late is not believed. */
  readonly #marks = new Map<string, symbol>();
  readonly #strays = new Set<string>();

  constructor(options: DeparturesOptions<T>) {
    this.#options = options;
    this.#queue = new WorkQueue({ work: (key) => this.#look(key), onFailure: options.onFailure, concurrency: 4 });
  }

  /** The object has left the selection. */
  add(key: string): void {
    this.#marks.set(key, Symbol());
    this.#queue.add(key);
  }

  /** The watch has told of the object: it is in the selection. */
  cancel(key: string): void {
    this.#marks.delete(key);
    this.#strays.delete(key);
  }

  /** Looks again at a stray; at what is none, it does not. */
  lookAgain(key: string): void {
    if (this.#strays.has(key)) this.add(key);
  }

  /** Looks again at all strays. */
  lookAgainAtAll(): void {
    for (const key of this.#strays) this.add(key);
  }

  stop(): void {
    this.#marks.clear();
    void this.#queue.stop();
  }

  async #look(key: string): Promise<void> {
    const mark = this.#marks.get(key);
    if (mark === undefined) return;
    const { known, get, onState, onGone } = this.#options;
    const uid = known.uidOf(key);
    const value = await get(key);
    if (this.#marks.get(key) !== mark) return;
    this.#marks.delete(key);
    // Another object of the same name: if it is in the selection, the watch tells of it.
    if (value === undefined || identityOf(value)?.uid !== uid) {
      this.#strays.delete(key);
      onGone(key);
    } else {
      this.#strays.add(key);
      onState(value);
    }
  }
}

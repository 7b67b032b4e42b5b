import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import type { WatchEvent } from '../store/store.ts';

/** Tells changes of objects that decide anything from the rest, such as the heartbeats of Nodes. */
export class DecisiveChanges {
  /** What of each object decides anything, as text. */
  readonly #decisive = new Map<string, string>();

  /**
   * Whether the event says something new.
   *
   * @param decisive what of its object decides anything, as a JSON value
   */
  isNews({ type, object }: WatchEvent<KubernetesObject>, decisive: unknown): boolean {
    const name = `${object.kind}/${keyText(keyOf(object))}`;
    const text = type === 'DELETED' ? undefined : JSON.stringify(decisive);
    if (this.#decisive.get(name) === text) return false;
    if (text === undefined) this.#decisive.delete(name);
    else this.#decisive.set(name, text);
    return true;
  }
}

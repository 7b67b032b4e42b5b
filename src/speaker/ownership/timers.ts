/** When keys are due, at most once each: a binary heap in which entries that were overtaken stay until their turn. */
export class Timers {
  readonly #due = new Map<string, number>();
  readonly #heap: { readonly at: number; readonly key: string }[] = [];

  /** The earliest time at which a key is due. */
  get next(): number | undefined {
    this.#dropOvertaken();
    return this.#heap[0]?.at;
  }

  /** Sets when the key is due; undefined for never. */
  set(key: string, at: number | undefined): void {
    if (this.#due.get(key) === at) return;
    if (at === undefined || at === Number.POSITIVE_INFINITY) {
      this.#due.delete(key);
      return;
    }
    this.#due.set(key, at);
    this.#heap.push({ at, key });
    this.#rise(this.#heap.length - 1);
  }

  /** Takes out the keys that are due by now, in their order. */
  take(now: number): readonly string[] {
    const taken: string[] = [];
    for (;;) {
      this.#dropOvertaken();
      const first = this.#heap[0];
      if (first === undefined || first.at > now) return taken;
      this.#pop();
      this.#due.delete(first.key);
      taken.push(first.key);
    }
  }

  #dropOvertaken(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#due.get(first.key) === first.at) return;
      this.#pop();
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const entry = this.#heap[index];
    const parentIndex = (index - 1) >> 1;
    const parent = this.#heap[parentIndex];
    if (entry === undefined || parent === undefined || parent.at <= entry.at) return;
    this.#heap[parentIndex] = entry;
    this.#heap[index] = parent;
    this.#rise(parentIndex);
  }

  #sink(index: number): void {
    const entry = this.#heap[index];
    if (entry === undefined) return;
    const left = 2 * index + 1;
    const child = at(this.#heap[left + 1]) < at(this.#heap[left]) ? left + 1 : left;
    const least = this.#heap[child];
    if (least === undefined || entry.at <= least.at) return;
    this.#heap[index] = least;
    this.#heap[child] = entry;
    this.#sink(child);
  }
}

function at(entry: { readonly at: number } | undefined): number {
  return entry?.at ?? Number.POSITIVE_INFINITY;
}

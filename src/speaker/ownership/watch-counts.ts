/** Which peers sessions are wanted with, each for so many addresses. */
export class WatchCounts {
  readonly #counts = new Map<string, number>();
  readonly #byAddress = new Map<string, readonly string[]>();
  #isTold = true;

  set(address: string, nodes: readonly string[]): void {
    const before = this.#byAddress.get(address) ?? [];
    if (before.length === nodes.length && before.every((node, index) => node === nodes[index])) return;
    this.#add(before, -1);
    this.#add(nodes, 1);
    if (nodes.length === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, nodes);
  }

  /** All nodes to watch, in order; undefined where nothing changed since the last call. */
  take(): readonly string[] | undefined {
    if (this.#isTold) return undefined;
    this.#isTold = true;
    return [...this.#counts.keys()].sort();
  }

  #add(nodes: readonly string[], by: 1 | -1): void {
    for (const node of nodes) {
      const before = this.#counts.get(node) ?? 0;
      const count = before + by;
      if (before === 0 || count === 0) this.#isTold = false;
      if (count > 0) this.#counts.set(node, count);
      else this.#counts.delete(node);
    }
  }
}

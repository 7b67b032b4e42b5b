/** Which peers sessions are wanted with, each for so many addresses. */
export class WatchCounts {
  readonly #counts = new Map<string, number>();
  readonly #byAddress = new Map<string, readonly string[]>();
  #told = '';

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
    const nodes = [...this.#counts.keys()].sort();
    const text = nodes.join(' ');
    if (text === this.#told) return undefined;
    this.#told = text;
    return nodes;
  }

  #add(nodes: readonly string[], by: 1 | -1): void {
    for (const node of nodes) {
      const count = (this.#counts.get(node) ?? 0) + by;
      if (count > 0) this.#counts.set(node, count);
      else this.#counts.delete(node);
    }
  }
}

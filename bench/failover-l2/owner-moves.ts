import type { BenchNode } from './node.ts';

/** How often each address has moved by choice, as far as was seen: speakers do so four times in 180 s at most. */
export class OwnerMoves {
  readonly #owners = new Map<string, BenchNode>();
  readonly #former = new Map<string, BenchNode>();
  readonly #moves = new Map<string, number>();

  of(address: string): number {
    return this.#moves.get(address) ?? 0;
  }

  /** Looks at what a node owns. @param lost a node that gives up nothing by choice */
  note(node: BenchNode, lost: BenchNode | undefined): void {
    for (const address of node.owned) {
      const before = this.#owners.get(address);
      // Both have it for a moment when it moves: the one that still has it has not got it back.
      if (before === node || (before?.owned.has(address) && this.#former.get(address) === node)) continue;
      this.#owners.set(address, node);
      if (before === undefined) continue;
      this.#former.set(address, before);
      if (before !== lost) this.#moves.set(address, this.of(address) + 1);
    }
  }
}

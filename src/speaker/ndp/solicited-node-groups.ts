/** A change of membership that the interface has not made yet. */
export interface GroupChange {
  readonly group: bigint;
  readonly change: 'Join' | 'Leave';
}

/**
 * The solicited-node groups that one interface is to belong to, for the addresses that it holds. Several addresses may
 * share a group. Says what is to be joined and left, in portions, since the kernel's cost grows with the number joined.
 */
export class SolicitedNodeGroups {
  /** How many addresses need each group. */
  readonly #needed = new Map<bigint, number>();
  readonly #joined = new Set<bigint>();
  /** Groups that may need a change, oldest first. */
  readonly #stale = new Set<bigint>();

  /** One more address needs the group. */
  add(group: bigint): void {
    const needed = this.#needed.get(group) ?? 0;
    this.#needed.set(group, needed + 1);
    if (needed === 0) this.#stale.add(group);
  }

  /** One address less needs it; it must have been added. */
  remove(group: bigint): void {
    const needed = (this.#needed.get(group) ?? 0) - 1;
    if (needed > 0) {
      this.#needed.set(group, needed);
      return;
    }
    this.#needed.delete(group);
    this.#stale.add(group);
  }

  /** Whether {@link take} has something. */
  get pending(): boolean {
    return this.#stale.size > 0;
  }

  /** Takes out at most `limit` changes; they count as made. */
  take(limit: number): readonly GroupChange[] {
    const changes: GroupChange[] = [];
    for (const group of this.#stale) {
      if (changes.length === limit) break;
      this.#stale.delete(group);
      const needed = this.#needed.has(group);
      if (needed === this.#joined.has(group)) continue;
      changes.push({ group, change: needed ? 'Join' : 'Leave' });
      if (needed) this.#joined.add(group);
      else this.#joined.delete(group);
    }
    return changes;
  }

  /** A join that was taken out has failed: it comes again. */
  failed(group: bigint): void {
    this.#joined.delete(group);
    this.#stale.add(group);
  }
}

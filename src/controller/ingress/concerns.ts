/** Which Ingresses depend on what, both ways. */
export class Concerns {
  readonly #dependencies = new Map<string, readonly string[]>();
  readonly #dependents = new Map<string, Set<string>>();

  /** Records all that an Ingress depends on; nothing where it is gone. */
  set(ingress: string, dependencies: readonly string[]): void {
    const before = this.#dependencies.get(ingress) ?? [];
    if (before.length === dependencies.length && before.every((each, index) => each === dependencies[index])) return;
    for (const each of before) {
      const dependents = this.#dependents.get(each);
      dependents?.delete(ingress);
      if (dependents?.size === 0) this.#dependents.delete(each);
    }
    for (const each of dependencies) {
      const dependents = this.#dependents.get(each);
      if (dependents === undefined) this.#dependents.set(each, new Set([ingress]));
      else dependents.add(ingress);
    }
    if (dependencies.length === 0) this.#dependencies.delete(ingress);
    else this.#dependencies.set(ingress, dependencies);
  }

  has(dependency: string): boolean {
    return this.#dependents.has(dependency);
  }

  /** The Ingresses that depend on any of these. */
  of(dependencies: Iterable<string>): ReadonlySet<string> {
    const found = new Set<string>();
    for (const each of dependencies) for (const ingress of this.#dependents.get(each) ?? []) found.add(ingress);
    return found;
  }

  clear(): void {
    this.#dependencies.clear();
    this.#dependents.clear();
  }
}

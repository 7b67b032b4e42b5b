import type { Holding } from './holding.ts';
import type { Request } from './request.ts';

/** Held addresses by the sharing keys of their holders, so that a sharer need not search all addresses. */
export class SharingIndex {
  /** By key alone, and by key and namespace. */
  readonly #byKey = new Map<string, KeyedHoldings>();

  /**
   * Addresses held under the sharing key of the request, which it may join as far as key and ports go; in the order in
   * which they came to be shared. None where each of them has one of its ports in use.
   *
   * @param across whether in its namespace only
   */
  under(request: Request, across: 'Namespace' | 'Cluster'): Iterable<Holding> {
    const keyed = this.#byKey.get(across === 'Cluster' ? clusterKey(request) : namespaceKey(request));
    if (keyed === undefined) return NONE;
    for (const port of request.sharing.ports) {
      if (keyed.using.get(port)?.size === keyed.holdings.size) return NONE;
    }
    return keyed.holdings.keys();
  }

  /** The request has come to hold the address. */
  add(holding: Holding, request: Request): void {
    if (request.sharing.key === undefined) return;
    for (const key of [namespaceKey(request), clusterKey(request)]) {
      const keyed = this.#byKey.get(key) ?? { holdings: new Map(), using: new Map() };
      this.#byKey.set(key, keyed);
      keyed.holdings.set(holding, (keyed.holdings.get(holding) ?? 0) + 1);
      for (const port of request.sharing.ports) {
        const using = keyed.using.get(port);
        if (using === undefined) keyed.using.set(port, new Set([holding]));
        else using.add(holding);
      }
    }
  }

  /**
   * The request does not hold the address any more, or not on these terms. Where two used one port the address counts as
   * not using it, which costs a look and nothing else.
   */
  delete(holding: Holding, former: Request): void {
    if (former.sharing.key === undefined) return;
    for (const key of [namespaceKey(former), clusterKey(former)]) {
      const keyed = this.#byKey.get(key);
      if (keyed === undefined) continue;
      for (const port of former.sharing.ports) {
        const using = keyed.using.get(port);
        using?.delete(holding);
        if (using?.size === 0) keyed.using.delete(port);
      }
      const remaining = (keyed.holdings.get(holding) ?? 1) - 1;
      if (remaining > 0) keyed.holdings.set(holding, remaining);
      else keyed.holdings.delete(holding);
      if (keyed.holdings.size === 0) this.#byKey.delete(key);
    }
  }
}

interface KeyedHoldings {
  /** How many hold each under the key. */
  readonly holdings: Map<Holding, number>;
  /** Those of the holdings in which a port is used, by port. */
  readonly using: Map<string, Set<Holding>>;
}

const NONE: readonly Holding[] = [];

/** Neither a namespace nor a sharing key that came in an annotation can hold a NUL. */
function namespaceKey({ namespace, sharing }: Request): string {
  return `${namespace}\0${sharing.key}`;
}

function clusterKey({ sharing }: Request): string {
  return `\0${sharing.key}`;
}

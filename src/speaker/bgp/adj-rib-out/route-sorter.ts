import type { IPFamily } from '../../../ip/family.ts';
import type { AttributeGroup, Route } from './route.ts';

/** Routes of one family that are to be told the same. */
export interface SortedRoutes {
  /** Undefined: to be withdrawn. */
  readonly group: AttributeGroup | undefined;
  readonly family: IPFamily;
  readonly routes: Route[];
}

/** Sorts routes by what they are to be told. Leaves out those for which there is nothing to tell. */
export class RouteSorter {
  readonly #targetOf: (route: Route) => AttributeGroup | undefined;
  readonly #sorted: Record<IPFamily, Map<AttributeGroup | undefined, SortedRoutes>> = {
    IPv4: new Map(),
    IPv6: new Map(),
  };
  /** Neighbours mostly say the same: what the last one wanted, and where it went. */
  #last: { readonly wanted: AttributeGroup; readonly target: SortedRoutes } | undefined;

  /** @param targetOf what the peer is to be told of a route, undefined for nothing */
  constructor(targetOf: (route: Route) => AttributeGroup | undefined) {
    this.#targetOf = targetOf;
  }

  /** Puts the route to those that are told the same. */
  add(route: Route): void {
    const last = this.#last;
    if (last !== undefined && route.wanted === last.wanted && route.family === last.target.family) {
      if (route.told !== last.target.group || route.again) last.target.routes.push(route);
      return;
    }
    const group = this.#targetOf(route);
    if (route.told === group && !route.again) return;
    const target = this.#routesOf(group, route.family);
    target.routes.push(route);
    if (route.wanted !== undefined) this.#last = { wanted: route.wanted, target };
  }

  /** What was added: withdrawals first, so that the peer has room, then the groups in the order they came. */
  *sorted(): Generator<SortedRoutes> {
    const all = [...this.#sorted.IPv4.values(), ...this.#sorted.IPv6.values()];
    yield* all.filter(({ group }) => group === undefined);
    yield* all.filter(({ group }) => group !== undefined);
  }

  #routesOf(group: AttributeGroup | undefined, family: IPFamily): SortedRoutes {
    const known = this.#sorted[family].get(group);
    if (known !== undefined) return known;
    const made: SortedRoutes = { group, family, routes: [] };
    this.#sorted[family].set(group, made);
    return made;
  }
}

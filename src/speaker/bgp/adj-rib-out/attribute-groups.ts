import type { AttributeGroup, Route } from './route.ts';
import { attributesKey, type RouteAttributes } from './route-attributes.ts';

/** One group for all attributes that say the same, as long as a route has to do with it. */
export class AttributeGroups {
  readonly #byKey = new Map<string, AttributeGroup>();
  /** Callers that give many routes the same object are spared the comparison. */
  readonly #keys = new WeakMap<RouteAttributes, string>();

  /** The route is to be advertised with the attributes, or not at all. */
  want(route: Route, attributes: RouteAttributes | undefined): void {
    const before = route.wanted;
    const group = attributes === undefined ? undefined : this.#groupOf(attributes);
    if (group === before) return;
    route.wanted = group;
    if (group !== undefined) group.wantedBy[route.family] += 1;
    if (before === undefined) return;
    before.wantedBy[route.family] -= 1;
    this.#tidy(before);
  }

  /** The peer has been told the attributes of the group, or that the route is withdrawn. */
  tell(route: Route, group: AttributeGroup | undefined): void {
    const before = route.told;
    route.told = group;
    route.again = false;
    if (group === before) return;
    if (group !== undefined) group.toldTo += 1;
    if (before === undefined) return;
    before.toldTo -= 1;
    this.#tidy(before);
  }

  /** Whatever was told no longer counts. Costs what there are groups, however many routes. */
  forgetTold(): void {
    for (const group of this.#byKey.values()) {
      group.toldTo = 0;
      this.#tidy(group);
    }
  }

  /** Those that a route has to do with. */
  all(): Iterable<AttributeGroup> {
    return this.#byKey.values();
  }

  #tidy(group: AttributeGroup): void {
    const { IPv4, IPv6 } = group.wantedBy;
    if (IPv4 + IPv6 === 0 && group.toldTo === 0) this.#byKey.delete(group.key);
  }

  #groupOf(attributes: RouteAttributes): AttributeGroup {
    const key = this.#keyOf(attributes);
    let group = this.#byKey.get(key);
    if (group === undefined) {
      group = { key, attributes, wantedBy: { IPv4: 0, IPv6: 0 }, toldTo: 0 };
      this.#byKey.set(key, group);
    }
    return group;
  }

  #keyOf(attributes: RouteAttributes): string {
    const known = this.#keys.get(attributes);
    if (known !== undefined) return known;
    const key = attributesKey(attributes);
    this.#keys.set(attributes, key);
    return key;
  }
}

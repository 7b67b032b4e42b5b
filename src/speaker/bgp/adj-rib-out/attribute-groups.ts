import type { AttributeGroup, Route } from './route.ts';
import { attributesKey, type RouteAttributes } from './route-attributes.ts';

/** One group for all attributes that say the same, as long as a route has to do with it. */
export class AttributeGroups {
  readonly #byKey = new Map<string, AttributeGroup>();
  /** Callers that give many routes the same object are spared the comparison. */
  readonly #keys = new WeakMap<RouteAttributes, string>();

  /** The route is to be advertised with the attributes, or not at all. */
  want(route: Route, attributes: RouteAttributes | undefined): void {
    const group = attributes === undefined ? undefined : this.#groupOf(attributes);
    const before = route.wanted;
    route.wanted = group;
    this.#move(before, group);
  }

  /** The peer has been told the attributes of the group, or that the route is withdrawn, or nothing yet. */
  tell(route: Route, group: AttributeGroup | undefined): void {
    const before = route.told;
    route.told = group;
    route.again = false;
    this.#move(before, group);
  }

  #move(from: AttributeGroup | undefined, to: AttributeGroup | undefined): void {
    if (from === to) return;
    if (to !== undefined) to.members += 1;
    if (from === undefined) return;
    from.members -= 1;
    if (from.members === 0) this.#byKey.delete(from.key);
  }

  #groupOf(attributes: RouteAttributes): AttributeGroup {
    const key = this.#keyOf(attributes);
    let group = this.#byKey.get(key);
    if (group === undefined) {
      group = { key, attributes, members: 0 };
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

import type { Prefix } from '../../../ip/prefix.ts';
import type { Cursor } from './portions.ts';
import type { AttributeGroup, Route } from './route.ts';
import type { SessionEncoding } from './session-encoding.ts';

/** Routes that are not advertised since their attributes leave no room for one in a message (RFC 4271 section 9.2). */
export interface OversizedRoutes {
  readonly count: number;
  readonly examples: readonly Prefix[];
}

/** So many are given as examples. */
const EXAMPLES = 20;

/** Costs what there are groups, and a look at the routes only where there are such. */
export function oversizedRoutes(
  groups: Iterable<AttributeGroup>,
  routes: Cursor<Route>,
  encoding: SessionEncoding,
): OversizedRoutes {
  const { nextHops } = encoding.session;
  let count = 0;
  for (const group of groups) {
    for (const family of nextHops.keys()) {
      if (group.wantedBy[family] > 0 && !encoding.of(family, group).fits) count += group.wantedBy[family];
    }
  }
  const examples: Prefix[] = [];
  while (examples.length < Math.min(count, EXAMPLES)) {
    const route = routes.next();
    if (route === undefined) break;
    const { prefix, family, wanted } = route;
    if (wanted !== undefined && nextHops.has(family) && !encoding.of(family, wanted).fits) examples.push(prefix);
  }
  return { count, examples };
}

export type Members = Readonly<Record<string, unknown>>;

/** How the items of a list are told apart; undefined for a list that is replaced as a whole. */
export type ItemKey = (item: unknown) => string;

/** The key of the items of the list at a path of member names, such as `spec.ports`. */
export type ItemKeys = (path: string) => ItemKey | undefined;

/** Three states of one object: as it was last applied, as it is to be applied, and as it is. */
export interface ThreeWays {
  /** Undefined where nobody has applied it yet: then nothing is taken away. */
  readonly lastApplied: Members | undefined;
  readonly manifest: Members;
  readonly live: Members;
}

/**
 * What `kubectl apply` makes of an object: what the manifest says, and of the rest what it did not say the last time
 * either. A null in the manifest takes a member away.
 */
export function threeWayMerge({ lastApplied, manifest, live }: ThreeWays, keys: ItemKeys): Members {
  return mergeMembers(lastApplied ?? {}, manifest, live, '', keys);
}

function mergeMembers(last: Members, manifest: Members, live: Members, path: string, keys: ItemKeys): Members {
  const merged: Record<string, unknown> = { ...live };
  for (const name of Object.keys(last)) if (!Object.hasOwn(manifest, name)) delete merged[name];
  for (const [name, wanted] of Object.entries(manifest)) {
    if (wanted === null) delete merged[name];
    else merged[name] = mergeValue(last[name], wanted, live[name], path === '' ? name : `${path}.${name}`, keys);
  }
  return merged;
}

function mergeValue(last: unknown, wanted: unknown, live: unknown, path: string, keys: ItemKeys): unknown {
  if (isMembers(wanted)) {
    return mergeMembers(isMembers(last) ? last : {}, wanted, isMembers(live) ? live : {}, path, keys);
  }
  const key = keys(path);
  if (!Array.isArray(wanted) || key === undefined) return wanted;
  return mergeItems(listOf(last), wanted, listOf(live), path, key, keys);
}

/** The items of the manifest in its order, then those that others have added. */
function mergeItems(
  last: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  path: string,
  key: ItemKey,
  keys: ItemKeys,
): readonly unknown[] {
  const by = (items: readonly unknown[]) => new Map(items.map((item) => [key(item), item]));
  const [before, now] = [by(last), by(live)];
  const named = new Set(wanted.map(key));
  const merged = wanted.map((item) => mergeValue(before.get(key(item)), item, now.get(key(item)), `${path}[]`, keys));
  const others = live.filter((item) => !named.has(key(item)) && !before.has(key(item)));
  return [...merged, ...others];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a value is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What is known of when an address moved by choice, from several lists of times, each oldest first: whoever has had the
 * address lately knows most, and others remember it should that one forget.
 */
export function mergeMoves(lists: readonly (readonly number[])[], since: number): readonly number[] {
  let best: readonly number[] = [];
  for (const list of lists) {
    const recent = list.filter((at) => at > since);
    const isNewer = (recent.at(-1) ?? 0) > (best.at(-1) ?? 0);
    if (recent.length > best.length || (recent.length === best.length && isNewer)) best = recent;
  }
  return best;
}

/** What two nodes tell of one move differs by what their messages took; two moves are not that near each other. */
const SAME_MOVE = 50;

/**
 * What is known of when an address moved by choice, from several lists of times, each oldest first. Others remember what
 * one has forgotten, and two sides of a partition have each seen their own.
 */
export function mergeMoves(lists: readonly (readonly number[])[], since: number, most: number): readonly number[] {
  const times = lists.filter((list) => list.length > 0);
  if (times.length === 0) return [];
  const merged: number[] = [];
  for (const at of times.flat().sort((a, b) => a - b)) {
    if (at > since && at - (merged.at(-1) ?? Number.NEGATIVE_INFINITY) > SAME_MOVE) merged.push(at);
  }
  return merged.slice(-most);
}

/** A move of an address by choice, as a node knows it. */
export interface Move {
  /** What every node calls this move, so that it counts once, however late some heard of it. */
  readonly id: number;
  /** When it was; on nodes that were told of it later by what the messages took. */
  readonly at: number;
}

/** The same in a message, whose reader has another clock. */
export interface ToldMove {
  readonly id: number;
  /** How many milliseconds ago it was. */
  readonly age: number;
}

const NONE: readonly Move[] = [];

/**
 * The name of the move that a life of a speaker makes at a time. Lives are named at random, and no life takes an address
 * twice within a millisecond.
 */
export function moveId(boot: number, now: number): number {
  return (boot + Math.floor(now)) % 2 ** 32;
}

export function toldAt(moves: readonly Move[], now: number): readonly ToldMove[] {
  return moves.map(({ id, at }) => ({ id, age: now - at }));
}

export function heardAt(moves: readonly ToldMove[], now: number): readonly Move[] {
  return moves.map(({ id, age }) => ({ id, at: now - age }));
}

/**
 * What is known of the moves of an address from several lists. Others remember what one has forgotten, and two sides of a
 * partition have each seen their own.
 *
 * @returns the last `most` of those after `since`, oldest first
 */
export function mergeMoves(lists: readonly (readonly Move[])[], since: number, most: number): readonly Move[] {
  // So it is for most addresses, each time that they are looked at.
  if (lists.every(({ length }) => length === 0)) return NONE;
  const earliest = new Map<number, number>();
  for (const { id, at } of lists.flat()) earliest.set(id, Math.min(at, earliest.get(id) ?? at));
  const merged = [...earliest].map(([id, at]) => ({ id, at })).filter(({ at }) => at > since);
  return merged.sort((a, b) => a.at - b.at || a.id - b.id).slice(-most);
}

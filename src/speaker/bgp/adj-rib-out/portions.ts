/** Gives one value after another, and then undefined. */
export interface Cursor<V> {
  next(): V | undefined;
}

/**
 * Most routes that are looked at in one go, which takes a few milliseconds: whoever calls lets timers have their turn
 * then. As prefixes of length 32 they fill almost five messages of 4096 octets.
 */
export const PORTION = 4_000;

/** Calls back for each value, so many of them a step. */
export function* inPortions<V>(
  values: Cursor<V>,
  portion: number,
  callback: (value: V) => void,
): Generator<undefined, void> {
  let left = portion;
  for (let value = values.next(); value !== undefined; value = values.next()) {
    callback(value);
    left -= 1;
    if (left > 0) continue;
    left = portion;
    yield;
  }
}

/** A cursor over what is in the array when its turn comes. */
export function cursorOver<V>(values: readonly V[]): Cursor<V> {
  let position = 0;
  return {
    next() {
      const value = values[position];
      position += 1;
      return value;
    },
  };
}

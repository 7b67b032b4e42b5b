import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/speaker/wire/turns.ts';

/** A thread whose turns are counted by hand. */
function thread() {
  const next: (() => void)[] = [];
  const turn = () => {
    for (const callback of next.splice(0)) callback();
  };
  return { clock: { nextTurn: (callback: () => void) => next.push(callback) }, turn };
}

describe('pieces of work', () => {
  it('have one turn each, whoever waits longest first', () => {
    const { clock, turn } = thread();
    const turns = new Turns(clock);
    const done: string[] = [];
    const work = (name: string, left: number) => {
      done.push(name);
      if (left > 1) turns.wait(() => work(name, left - 1));
    };
    turns.wait(() => work('a', 3));
    turns.wait(() => work('b', 2));
    expect(done).toEqual([]);
    const seen: string[] = [];
    for (let count = 0; count < 6; count++) {
      turn();
      seen.push(done.splice(0).join());
    }
    expect(seen).toEqual(['a', 'b', 'a', 'b', 'a', '']);
    turns.wait(() => work('c', 1));
    turn();
    expect(done).toEqual(['c']);
  });
});

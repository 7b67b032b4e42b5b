import { describe, expect, it } from 'vitest';
import { Poll } from '../../../src/speaker/ownership/poll.ts';

/** Asked at 100 until 160, every 20 ms. */
function begun(): Poll {
  const poll = new Poll({ askInterval: 20 });
  poll.begin(100, 160);
  return poll;
}

/** When it asks, in the time given, and with which number. */
function asked(poll: Poll, until: number): readonly (readonly [number, number])[] {
  const questions: [number, number][] = [];
  while (poll.dueAt <= until) {
    const at = poll.dueAt;
    const number = poll.take(at);
    if (number !== undefined) questions.push([at, number]);
  }
  return questions;
}

describe('Poll', () => {
  it('asks with one number every 20 ms, as long as it is to', () => {
    const poll = begun();
    expect(poll.take(99)).toBeUndefined();
    expect(asked(poll, 1_000)).toEqual([100, 120, 140].map((at) => [at, 1]));
    expect([poll.dueAt, poll.answeredAt]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it('ends with an answer, which counts from when it was asked first', () => {
    const poll = begun();
    asked(poll, 125);
    poll.answer(1);
    expect([poll.answeredAt, poll.dueAt]).toEqual([100, Number.POSITIVE_INFINITY]);
  });

  it('goes on for as long as another asks as well, and begins anew with another number when it is over', () => {
    const poll = begun();
    asked(poll, 105);
    poll.begin(110, 200);
    poll.begin(115, 150);
    expect(asked(poll, 1_000).at(-1)).toEqual([180, 1]);
    poll.begin(2_000, 2_010);
    expect(asked(poll, 3_000)).toEqual([[2_000, 2]]);
  });

  it('takes no answer to another question, nor one that is too late', () => {
    const poll = begun();
    poll.answer(2);
    expect(poll.answeredAt).toBe(Number.NEGATIVE_INFINITY);
    asked(poll, 1_000);
    poll.answer(1);
    expect(poll.answeredAt).toBe(Number.NEGATIVE_INFINITY);
  });
});

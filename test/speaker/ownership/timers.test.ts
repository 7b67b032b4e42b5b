import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timers } from '../../../src/speaker/ownership/timers.ts';

describe('Timers', () => {
  it('hands over each key once, when it was set for last', () => {
    const operation = fc.oneof(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.option(fc.nat(100), { nil: undefined }) }),
      fc.record({ until: fc.nat(100) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const timers = new Timers();
        const model = new Map<string, number>();
        for (const each of operations) {
          if ('key' in each) {
            timers.set(each.key, each.at);
            if (each.at === undefined) model.delete(each.key);
            else model.set(each.key, each.at);
          } else {
            const due = [...model].filter(([, at]) => at <= each.until);
            const taken = timers.take(each.until);
            expect([...taken].sort()).toEqual(due.map(([key]) => key).sort());
            const times = taken.map((key) => model.get(key) ?? 0);
            expect(times).toEqual([...times].sort((a, b) => a - b));
            for (const [key] of due) model.delete(key);
          }
          expect(timers.next).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
        }
      }),
    );
  });

  it('has nothing for what is due never', () => {
    const timers = new Timers();
    timers.set('a', Number.POSITIVE_INFINITY);
    expect(timers.next).toBeUndefined();
  });
});

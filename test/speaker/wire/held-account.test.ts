import { describe, expect, it } from 'vitest';
import { HELD_PACE, HeldAccount } from '../../../src/speaker/wire/held-account.ts';
import type { HeldSegment } from '../../../src/speaker/wire/messages.ts';

function account(count: number) {
  const told: (readonly HeldSegment[])[] = [];
  const addresses = Array.from({ length: count }, (_, index) => ({ address: `192.0.2.${index}`, moves: [] }));
  const held = [{ segment: '192.0.2.0/24', addresses }];
  return {
    told,
    held,
    account: new HeldAccount(
      () => held,
      (each) => told.push(each),
    ),
  };
}

describe('HeldAccount', () => {
  it('tells of a change at once, and of the next ones after a while', () => {
    const { told, held, account: of } = account(0);
    of.step(0);
    expect([told, of.next()]).toEqual([[], Number.POSITIVE_INFINITY]);
    of.changed();
    of.step(1000);
    expect(told).toEqual([held]);
    of.changed();
    of.changed();
    of.step(1000 + HELD_PACE - 1);
    expect([told.length, of.next()]).toEqual([1, 1000 + HELD_PACE]);
    of.step(1000 + HELD_PACE);
    expect([told.length, of.next()]).toEqual([2, Number.POSITIVE_INFINITY]);
  });

  it('tells the more rarely the more there is', () => {
    const { account: of } = account(10_000);
    of.changed();
    of.step(0);
    of.changed();
    expect(of.next()).toBe(HELD_PACE + 500);
  });

  it('tells at the end what it is, whenever that is', () => {
    const { told, account: of } = account(1);
    of.tellNow(0);
    of.tellNow(1);
    expect(told).toHaveLength(2);
  });
});

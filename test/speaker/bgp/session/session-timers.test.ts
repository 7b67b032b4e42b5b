import { beforeEach, describe, expect, it } from 'vitest';
import { SessionTimers } from '../../../../src/speaker/bgp/session/session-timers.ts';
import { ManualClock } from '../../manual-clock.ts';

let clock: ManualClock;
let timers: SessionTimers;
let expired: string[];

beforeEach(() => {
  clock = new ManualClock();
  expired = [];
  timers = new SessionTimers(clock, (timer, connection) => expired.push(`${timer} ${connection}`));
});

describe('SessionTimers', () => {
  it('expire once, each for itself', () => {
    timers.start('KeepaliveTimer', 1, 100);
    timers.start('KeepaliveTimer', 2, 200);
    timers.start('IdleHoldTimer', undefined, 150);
    clock.advance(1000);
    expect(expired).toEqual(['KeepaliveTimer 1', 'IdleHoldTimer undefined', 'KeepaliveTimer 2']);
    expect(clock.pending).toBe(0);
  });

  it.each([[50], [100], [300]])('start anew by %i ms from then on, later or sooner', (milliseconds) => {
    timers.start('SendHoldTimer', 1, 100);
    clock.advance(90);
    timers.start('SendHoldTimer', 1, milliseconds);
    clock.advance(milliseconds - 1);
    expect(expired).toEqual([]);
    clock.advance(1);
    expect(expired).toEqual(['SendHoldTimer 1']);
  });

  it('ask the clock no more often than they must', () => {
    for (let message = 0; message < 1000; message++) timers.start('HoldTimer', 1, 90_000);
    expect(clock.pending).toBe(1);
  });

  it('do not expire once stopped', () => {
    timers.start('HoldTimer', 1, 100);
    timers.start('KeepaliveTimer', 1, 100);
    timers.stop('HoldTimer', 1);
    timers.stop('HoldTimer', 1);
    timers.stopAll();
    clock.advance(1000);
    expect([expired, clock.pending]).toEqual([[], 0]);
  });

  it('give a late thread time to read what came before the HoldTimer counts', () => {
    timers.start('HoldTimer', 1, 100);
    clock.freeze(500);
    clock.after(0, () => timers.start('HoldTimer', 1, 100));
    clock.advance(0);
    expect(expired).toEqual([]);
    clock.advance(100);
    expect(expired).toEqual(['HoldTimer 1']);
  });
});

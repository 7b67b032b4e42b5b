import { describe, expect, it } from 'vitest';
import { OnceATurn } from '../../../src/speaker/wire/once-a-turn.ts';
import { ManualClock } from '../manual-clock.ts';

describe('OnceATurn', () => {
  it('is done until the next turn', () => {
    const clock = new ManualClock();
    const portions = new OnceATurn(clock);
    expect(portions.isDone).toBe(false);
    portions.done();
    expect(portions.isDone).toBe(true);
    clock.advance(0);
    expect(portions.isDone).toBe(false);
  });
});

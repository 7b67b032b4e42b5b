import { beforeEach, describe, expect, it } from 'vitest';
import { Reminders } from '../../../src/controller/ingress/reminders.ts';
import { FakeClock } from '../fake-clock.ts';

describe('Reminders', () => {
  let clock: FakeClock;
  let rung: string[];
  let reminders: Reminders;

  beforeEach(() => {
    clock = new FakeClock();
    rung = [];
    reminders = new Reminders(clock, (key) => rung.push(`${key} at ${clock.monotonic()}`));
  });

  it('calls back for each key once, in its time', () => {
    reminders.set('late', 30);
    reminders.set('early', 10);
    reminders.set('too', 10);
    clock.advance(100);
    expect(rung).toEqual(['early at 10', 'too at 10', 'late at 30']);
  });

  it('forgets what was set for a key before, and what is not wanted any more', () => {
    reminders.set('moved', 10);
    reminders.set('gone', 10);
    reminders.set('moved', 20);
    reminders.delete('gone');
    clock.advance(100);
    expect(rung).toEqual(['moved at 20']);
    reminders.set('cleared', 10);
    reminders.clear();
    reminders.set('after', 40);
    clock.advance(100);
    expect(rung).toEqual(['moved at 20', 'after at 140']);
  });
});

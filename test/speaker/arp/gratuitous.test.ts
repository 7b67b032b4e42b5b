import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_BURST,
  DEFAULT_REFRESH,
  DEFEND_INTERVAL,
  type GratuitousOptions,
  GratuitousSchedule,
  PACE_DEPTH,
} from '../../../src/speaker/arp/gratuitous.ts';

type Sent = readonly [at: number, address: number];

/** Sends what is due, waking only when the schedule asks for it. */
function play(schedule: GratuitousSchedule<number>, from: number, until: number): Sent[] {
  const sent: Sent[] = [];
  for (let at = Math.max(from, schedule.next() ?? until + 1); at <= until; ) {
    const due = schedule.take(at);
    for (const address of due) sent.push([at, address]);
    const next = schedule.next();
    if (next === undefined) break;
    if (due.length === 0 && next <= at) throw new Error(`at ${at} it asks to be woken and has nothing`);
    at = Math.max(at, next);
  }
  return sent;
}

describe('GratuitousSchedule', () => {
  it('has nothing to say for nobody', () => {
    const schedule = new GratuitousSchedule<number>();
    expect(schedule.next()).toBeUndefined();
    expect(schedule.take(1e9)).toEqual([]);
  });

  it('sends a burst from the moment of takeover on', () => {
    const schedule = new GratuitousSchedule<number>();
    schedule.add(7, 5000);
    expect(play(schedule, 5000, 8000)).toEqual(DEFAULT_BURST.map((delay) => [5000 + delay, 7]));
  });

  it('begins anew with an address that is taken over anew', () => {
    const schedule = new GratuitousSchedule<number>();
    schedule.add(7, 0);
    play(schedule, 0, 300);
    schedule.add(7, 400);
    expect(play(schedule, 400, 3000)).toEqual(DEFAULT_BURST.map((delay) => [400 + delay, 7]));
  });

  it('is silent about an address that was given up', () => {
    const schedule = new GratuitousSchedule<number>();
    schedule.add(7, 0);
    schedule.add(8, 0);
    play(schedule, 0, 0);
    schedule.remove(7);
    expect(play(schedule, 1, 3000).every(([, address]) => address === 8)).toBe(true);
    schedule.remove(8);
    expect(schedule.next()).toBeUndefined();
    expect(schedule.take(1e9)).toEqual([]);
  });

  it('then sends one frame for all addresses once an interval, each in turn', () => {
    const schedule = new GratuitousSchedule<number>();
    for (const address of [1, 2, 3]) schedule.add(address, 0);
    const refreshes = play(schedule, 0, 2000 + 4 * DEFAULT_REFRESH).filter(([at]) => at > 2000);
    expect(refreshes.map(([at]) => at)).toEqual([1, 2, 3, 4].map((turn) => 2000 + turn * DEFAULT_REFRESH));
    expect(new Set(refreshes.slice(0, 3).map(([, address]) => address))).toEqual(new Set([1, 2, 3]));
    expect(refreshes[3]?.[1]).toBe(refreshes[0]?.[1]);
  });

  it('sends no refresh when told so', () => {
    const schedule = new GratuitousSchedule<number>({ refresh: 0 });
    schedule.add(7, 0);
    expect(play(schedule, 0, 1e7)).toHaveLength(DEFAULT_BURST.length);
    expect(schedule.next()).toBeUndefined();
  });

  it('defends an address at once, and not again within the interval', () => {
    const schedule = new GratuitousSchedule<number>({ burst: [0], refresh: 0 });
    schedule.add(7, 0);
    play(schedule, 0, 0);
    schedule.defend(7, 10_000);
    schedule.defend(7, 10_001);
    expect(schedule.take(10_001)).toEqual([7]);
    schedule.defend(7, 9_999 + DEFEND_INTERVAL);
    expect(schedule.take(9_999 + DEFEND_INTERVAL)).toEqual([]);
    schedule.defend(7, 10_000 + DEFEND_INTERVAL);
    expect(schedule.take(10_000 + DEFEND_INTERVAL)).toEqual([7]);
    schedule.defend(8, 50_000);
    expect(schedule.take(50_000)).toEqual([]);
  });

  it('sends the first frame of every address before the second of any, when paced', () => {
    const schedule = new GratuitousSchedule<number>({ rate: 100 });
    for (let address = 0; address < 50; address++) schedule.add(address, 0);
    const sent = play(schedule, 0, 10_000);
    expect(new Set(sent.slice(0, 50).map(([, address]) => address)).size).toBe(50);
    expect(sent).toHaveLength(50 * DEFAULT_BURST.length);
  });

  it('catches up with a timer that fires late, as far as the depth of its pace', () => {
    const schedule = new GratuitousSchedule<number>({ rate: 1000, refresh: 0 });
    for (let address = 0; address < 500; address++) schedule.add(address, 0);
    schedule.take(0);
    expect(schedule.take(100).length).toBeLessThanOrEqual(PACE_DEPTH + 1);
    expect(schedule.take(100)).toEqual([]);
  });

  it('keeps to another pace from when it is told so', () => {
    const schedule = new GratuitousSchedule<number>({ burst: [0], refresh: 0, rate: 1 });
    for (let address = 0; address < 50; address++) schedule.add(address, 0);
    expect(schedule.take(0)).toHaveLength(1);
    schedule.pacing = { refresh: 0, rate: 10 };
    expect(play(schedule, 1, 1999)).toHaveLength(11);
    schedule.pacing = { refresh: 0 };
    expect(schedule.take(2100)).toHaveLength(38);
    expect(schedule.next()).toBeUndefined();
  });

  it('keeps to its pace, loses nothing, and never asks to be woken in vain', () => {
    const options: fc.Arbitrary<GratuitousOptions> = fc.record({
      burst: fc.uniqueArray(fc.nat(3000), { maxLength: 5 }).map((delays) => delays.sort((a, b) => a - b)),
      refresh: fc.constantFrom(0, 1000, 60_000),
      rate: fc.constantFrom(undefined, 1, 20, 1000),
    });
    const takeovers = fc.uniqueArray(fc.tuple(fc.nat(5000), fc.nat(30)), {
      maxLength: 20,
      selector: ([, address]) => address,
    });
    fc.assert(
      fc.property(options, takeovers, (options, takeovers) => {
        const schedule = new GratuitousSchedule<number>(options);
        const sent: Sent[] = [];
        let now = 0;
        for (const [at, address] of [...takeovers].sort(([a], [b]) => a - b)) {
          sent.push(...play(schedule, now, at));
          schedule.add(address, at);
          now = at;
        }
        sent.push(...play(schedule, now, 400_000));
        const { rate } = options;
        if (rate !== undefined) {
          for (const [start] of sent) {
            const within = sent.filter(([at]) => at >= start && at < start + 1000).length;
            expect(within).toBeLessThanOrEqual(Math.ceil(rate + (rate * PACE_DEPTH) / 1000) + 1);
          }
        }
        for (const [, address] of takeovers) {
          const frames = sent.filter((frame) => frame[1] === address).length;
          expect(frames).toBeGreaterThanOrEqual(options.burst?.length ?? 0);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ADVERTISEMENT_INTERVAL,
  DOUBT,
  type RouterDuty,
  RouterSchedule,
} from '../../../src/speaker/ndp/router-schedule.ts';

/** Runs a schedule by itself for some time, and gives when each duty fell due. */
function run(schedule: RouterSchedule, from: number, until: number, random: () => number) {
  const done: (readonly [at: number, duty: RouterDuty])[] = [];
  for (let now = Math.max(from, schedule.next()); now < until; now = Math.max(now, schedule.next())) {
    for (const duty of schedule.take(now, random())) done.push([now, duty]);
  }
  return done;
}

const at = (done: readonly (readonly [number, RouterDuty])[], wanted: RouterDuty) =>
  done.flatMap(([time, duty]) => (duty === wanted ? [time] : []));
const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));
const middle = () => 0.5;

describe('RouterSchedule', () => {
  it('advertises at once, twice more 3 s apart, then every 3.3 to 10 s', () => {
    const schedule = new RouterSchedule(0, 0);
    schedule.found();
    expect(at(run(schedule, 0, 30_000, middle), 'Advertise')).toEqual([0, 3000, 6000, 12_650, 19_300, 25_950]);
  });

  it('asks within 1 s, then ever more rarely up to once a minute, for as long as nobody is found', () => {
    const times = at(run(new RouterSchedule(0, 0.5), 0, 240_000, middle), 'Solicit');
    expect(times[0]).toBe(500);
    expect(gaps(times)).toEqual([4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('asks nobody once a router is found, and again at once when it is lost', () => {
    const schedule = new RouterSchedule(0, 0.5);
    schedule.found();
    expect(at(run(schedule, 0, 60_000, middle), 'Solicit')).toEqual([]);
    schedule.lost(60_000);
    expect(at(run(schedule, 60_000, 70_000, middle), 'Solicit')).toEqual([60_000, 64_000]);
  });

  it('asks three times whether those that are known are still there, within the time that they have', () => {
    const schedule = new RouterSchedule(0, 0);
    schedule.found();
    schedule.ask(20_000);
    const times = at(run(schedule, 20_000, 90_000, middle), 'Solicit');
    expect(times).toEqual([20_000, 24_000, 28_000]);
    // The last one is answered within half a second, or 3 s after the answer before.
    expect(20_000 + DOUBT).toBeGreaterThanOrEqual(28_000 + 3500);
  });

  it('answers within half a second, and not twice within 3 s (RFC 4861 section 6.2.6)', () => {
    const schedule = new RouterSchedule(0, 0);
    schedule.found();
    run(schedule, 0, 18_000, middle);
    schedule.solicited(18_000, 0.5);
    expect(schedule.next()).toBe(18_250);
    schedule.take(18_250, 0.5);
    schedule.solicited(18_300, 0.5);
    expect(schedule.next()).toBe(21_250);
  });

  it('keeps to the intervals of RFC 4861 whatever is drawn and whoever asks', () => {
    const asked = fc.array(fc.record({ after: fc.nat(5000), random: fc.double({ min: 0, max: 0.999, noNaN: true }) }));
    fc.assert(
      fc.property(asked, (questions) => {
        const schedule = new RouterSchedule(0, 0);
        schedule.found();
        const times: number[] = [];
        let now = 0;
        for (const { after, random } of questions) {
          times.push(
            ...at(
              run(schedule, now, now + after, () => random),
              'Advertise',
            ),
          );
          now += after;
          schedule.solicited(now, random);
          expect(schedule.next()).toBeLessThanOrEqual(Math.max(now + 500, (times.at(-1) ?? -3000) + 3000));
        }
        for (const gap of gaps(times)) {
          expect(gap).toBeGreaterThanOrEqual(3000);
          expect(gap).toBeLessThanOrEqual(ADVERTISEMENT_INTERVAL.max);
        }
      }),
    );
  });
});

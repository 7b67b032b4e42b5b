import { beforeEach, describe, expect, it } from 'vitest';
import { BouncingTraffic, LOOK } from '../../../src/speaker/peering/bouncing-traffic.ts';
import { ManualClock } from '../manual-clock.ts';

const MINUTE = 60_000;

let clock: ManualClock;
let sent: number | undefined;
let isExposed: boolean;
let metric: number;
let changes: number;
let traffic: BouncingTraffic;

beforeEach(() => {
  clock = new ManualClock();
  sent = 1000;
  isExposed = true;
  metric = 0;
  changes = 0;
  traffic = new BouncingTraffic({
    clock,
    metrics: { ttlExceeded: (packets) => (metric += packets) },
    count: () => {
      if (sent === undefined) throw new Error('no /proc');
      return sent;
    },
    isExposed: () => isExposed,
    onChange: () => (changes += 1),
  });
  clock.advance(LOOK);
});

/** Packets end at this pace, for so long. */
function end(packetsALook: number, milliseconds: number): void {
  for (let done = 0; done < milliseconds; done += LOOK) {
    sent = (sent ?? 0) + packetsALook;
    clock.advance(LOOK);
  }
}

describe('BouncingTraffic', () => {
  it('says since when packets end here, not counting those of before', () => {
    expect([traffic.since, metric]).toEqual([undefined, 0]);
    end(3, LOOK);
    expect(traffic.since).toBeUndefined();
    end(3, LOOK);
    const since = clock.wall();
    expect(traffic.since).toBe(since);
    end(3, 10 * MINUTE);
    expect([traffic.since, changes, metric]).toEqual([since, 1, 186]);
  });

  it('passes over a few', () => {
    for (let traceroute = 0; traceroute < 10; traceroute++) {
      end(4, LOOK);
      end(0, MINUTE);
    }
    expect([traffic.since, metric]).toEqual([undefined, 40]);
  });

  it('is over after ten minutes without any', () => {
    end(10, LOOK);
    end(0, 10 * MINUTE - LOOK);
    expect(traffic.since).toBeDefined();
    end(0, LOOK);
    expect([traffic.since, changes]).toEqual([undefined, 2]);
  });

  it('is over once nothing is advertised, or all is rejected; what ends meanwhile counts for nothing', () => {
    end(10, LOOK);
    isExposed = false;
    end(10, MINUTE);
    expect([traffic.since, metric]).toEqual([undefined, 10]);
    isExposed = true;
    end(0, MINUTE);
    expect([traffic.since, metric]).toEqual([undefined, 10]);
  });

  it('says nothing where the kernel does not, or counts anew', () => {
    sent = undefined;
    clock.advance(MINUTE);
    sent = 500;
    clock.advance(MINUTE);
    sent = 0;
    clock.advance(MINUTE);
    expect([traffic.since, metric, changes]).toEqual([undefined, 0, 0]);
  });

  it('ends', () => {
    traffic.stop();
    expect(clock.pending).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { CONFLICT_RETRY, PLACEMENT_WAIT, Placements, PROBE_SPACING } from '../../../src/speaker/arp/placement.ts';

/** What happened, waking only when asked to. */
function play(placements: Placements<number>, until: number): (readonly [at: number, step: string, address: number])[] {
  const steps: (readonly [number, string, number])[] = [];
  for (let at = placements.next(); at !== undefined && at <= until; at = placements.next()) {
    const { probe, settled } = placements.take(at);
    for (const address of probe) steps.push([at, 'probe', address]);
    for (const address of settled) steps.push([at, 'settled', address]);
  }
  return steps;
}

describe('Placements', () => {
  it('probes twice and settles 100 ms after the first probe', () => {
    const placements = new Placements<number>();
    placements.start(7, 1000);
    expect(play(placements, 10_000)).toEqual([
      [1000, 'probe', 7],
      [1000 + PROBE_SPACING, 'probe', 7],
      [1000 + PLACEMENT_WAIT, 'settled', 7],
    ]);
    expect(placements.has(7)).toBe(false);
    expect(placements.next()).toBeUndefined();
  });

  it('puts an address off while a stranger is heard, and probes again 30 s after it was last heard', () => {
    const placements = new Placements<number>();
    placements.start(7, 0);
    play(placements, 40);
    placements.claimed(7, 50);
    placements.claimed(7, 60);
    const retry = 60 + CONFLICT_RETRY;
    expect(play(placements, 10 * CONFLICT_RETRY)).toEqual([
      [retry, 'probe', 7],
      [retry + PROBE_SPACING, 'probe', 7],
      [retry + PLACEMENT_WAIT, 'settled', 7],
    ]);
  });

  it('settles one address while another is in conflict', () => {
    const placements = new Placements<number>();
    placements.start(7, 0);
    placements.start(8, 10);
    placements.claimed(7, 20);
    const settled = play(placements, 1000).filter(([, step]) => step === 'settled');
    expect(settled).toEqual([[10 + PLACEMENT_WAIT, 'settled', 8]]);
    expect(placements.has(7)).toBe(true);
  });

  it('forgets an address that is removed, and ignores claims for those it does not have', () => {
    const placements = new Placements<number>();
    placements.start(7, 0);
    placements.remove(7);
    placements.claimed(7, 10);
    placements.claimed(9, 10);
    expect(placements.next()).toBeUndefined();
  });

  it('keeps the time in which a stranger can answer when the timer is late', () => {
    const placements = new Placements<number>();
    placements.start(7, 0);
    expect(placements.take(90)).toEqual({ probe: [7], settled: [] });
    expect(placements.take(90)).toEqual({ probe: [], settled: [] });
    expect(play(placements, 1000)).toEqual([
      [90 + PROBE_SPACING, 'probe', 7],
      [90 + PLACEMENT_WAIT, 'settled', 7],
    ]);
  });
});

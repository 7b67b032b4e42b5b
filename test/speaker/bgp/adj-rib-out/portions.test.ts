import { beforeEach, describe, expect, it } from 'vitest';
import { cursorOver, PORTION } from '../../../../src/speaker/bgp/adj-rib-out/portions.ts';
import { RouteIntake } from '../../../../src/speaker/bgp/adj-rib-out/route-intake.ts';
import { packTable } from '../../../../src/speaker/bgp/adj-rib-out/route-run.ts';
import { EXTERNAL } from './peer-table.ts';
import { begin, peer, replace, reset, rib, steps } from './rib-rig.ts';

const COUNT = 10 * PORTION;
const ATTRIBUTES = {};
const TABLE = Array.from({ length: COUNT }, (_, index) => {
  return [{ address: { family: 'IPv4' as const, value: 0x0a400000 + index }, length: 32 }, ATTRIBUTES] as const;
});

beforeEach(reset);

/** Tells the peer everything. Gives the most routes that changed hands in one call. */
function mostAtOnce(): number {
  let most = 0;
  for (let octets = rib.take(); octets !== undefined; octets = rib.take()) {
    const before = peer.announced + peer.withdrawn;
    peer.receive(octets);
    most = Math.max(most, peer.announced + peer.withdrawn - before);
  }
  return most;
}

describe('a table of many routes', () => {
  it('is taken in, replaced, rewritten and taken back a portion a step', () => {
    expect(replace(TABLE)).toBeGreaterThanOrEqual(10);
    expect(steps(rib.rewriting(() => ({ communities: [1] })))).toBeGreaterThanOrEqual(10);
    expect(replace([])).toBeGreaterThanOrEqual(10);
    begin(EXTERNAL);
    expect([mostAtOnce(), peer.announced]).toEqual([0, 0]);
  });

  it('asks for no more of what is to be taken in than a portion a step', () => {
    let asked = 0;
    const routes = cursorOver(TABLE);
    const counted = {
      next: () => {
        asked += 1;
        return routes.next();
      },
    };
    const work = rib.replacing(counted);
    for (let step = 1; step < 10; step++) {
      work.next();
      expect(asked).toBe(step * PORTION);
    }
  });

  it('is told, told again and withdrawn a portion a call', () => {
    replace(TABLE);
    begin(EXTERNAL);
    rib.endInitialUpdate();
    const told = mostAtOnce();
    expect([told > 0, told <= PORTION, peer.routes.size, peer.endOfRibs]).toEqual([
      true,
      true,
      COUNT,
      ['IPv4', 'IPv6'],
    ]);
    rib.refresh('IPv4', true);
    expect(mostAtOnce()).toBeLessThanOrEqual(PORTION);
    expect([peer.announced, peer.refreshes]).toEqual([2 * COUNT, ['IPv4 1', 'IPv4 2']]);
    replace([]);
    expect(mostAtOnce()).toBeLessThanOrEqual(PORTION);
    expect([peer.withdrawn, peer.routes.size]).toEqual([COUNT, 0]);
  });

  it('that has nothing to tell is looked at a portion a call, too', () => {
    replace(TABLE);
    begin({ ...EXTERNAL, nextHops: new Map() });
    let calls = 0;
    while (rib.take() !== undefined) calls += 1;
    expect(calls).toBeGreaterThanOrEqual(10);
  });

  it('counts for nothing when another one comes before its end', () => {
    const intake = new RouteIntake(rib);
    intake.replace(packTable(TABLE));
    expect([intake.advance(), intake.isComplete]).toEqual([true, false]);
    intake.replace(packTable(TABLE.slice(-2)));
    while (intake.advance());
    expect(intake.isComplete).toBe(true);
    begin(EXTERNAL);
    mostAtOnce();
    expect([...peer.routes.keys()]).toEqual(['10.64.156.62/32', '10.64.156.63/32']);
  });

  it('that the session before did not get to withdraw is forgotten', () => {
    replace(TABLE);
    begin(EXTERNAL);
    mostAtOnce();
    replace([]);
    begin(EXTERNAL);
    mostAtOnce();
    expect([peer.announced, peer.withdrawn, rib.told().IPv4]).toEqual([0, 0, 0]);
    replace(TABLE.slice(0, 1));
    mostAtOnce();
    expect([peer.announced, rib.told().IPv4]).toEqual([1, 1]);
  });
});

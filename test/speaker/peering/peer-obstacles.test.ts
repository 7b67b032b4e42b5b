import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/log/logger.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import { PeerObstacles } from '../../../src/speaker/peering/peer-obstacles.ts';
import { ManualClock } from '../manual-clock.ts';

const obstacle = (text: string, more: object = {}) => {
  return { peer: 'tor', address: '192.0.2.1', cause: 'NoPassword', text, goesOn: false, ...more } as const;
};

function obstaclesAt() {
  const clock = new ManualClock();
  const lines: string[] = [];
  const warn: Logger['warn'] = (message, fields) => lines.push(`${message}: ${fields?.peer} ${fields?.reason}`);
  return { clock, lines, obstacles: new PeerObstacles(clock, { ...silentLogger, warn }) };
}

describe('PeerObstacles', () => {
  it('are sessions that are Idle since they were first met, but for those that go on', () => {
    const { clock, obstacles } = obstaclesAt();
    const both = [obstacle('no Secret'), obstacle('no Secret', { peer: 'up', goesOn: true })];
    obstacles.replace(both);
    const at = new Date(clock.wall()).toISOString();
    const lastError = { code: 0, subcode: 0, cause: 'NoPassword', text: 'no Secret', at };
    const idle = { peer: 'tor', address: '192.0.2.1', state: 'Idle', since: at, advertised: 0, lastError };
    expect(obstacles.sessions).toEqual([idle]);
    clock.advance(5000);
    obstacles.replace(both);
    expect(obstacles.sessions).toEqual([idle]);
    obstacles.replace([]);
    expect(obstacles.sessions).toEqual([]);
  });

  it('are logged once each, where they are more than what a start takes', () => {
    const { clock, lines, obstacles } = obstaclesAt();
    obstacles.replace([obstacle('no Secret')]);
    clock.advance(500);
    obstacles.replace([]);
    clock.advance(5000);
    expect(lines).toEqual([]);
    const kept = obstacle('no Secret', { peer: 'up', goesOn: true });
    for (let look = 0; look < 3; look++) {
      obstacles.replace([obstacle('no Secret'), kept]);
      clock.advance(1000);
    }
    const idle = 'a BGP session is not begun: tor';
    const goesOn = 'the password of a BGP peer is missing: its session keeps the one that it has: up no Secret';
    expect(lines.splice(0)).toEqual([`${idle} no Secret`, goesOn]);
    obstacles.replace([obstacle('no key'), kept]);
    clock.advance(1000);
    expect(lines.splice(0)).toEqual([`${idle} no key`]);
    obstacles.replace([kept]);
    obstacles.replace([obstacle('no key'), kept]);
    clock.advance(1000);
    expect(lines).toEqual([`${idle} no key`]);
    obstacles.replace([obstacle('another')]);
    obstacles.stop();
    expect(clock.pending).toBe(0);
  });
});

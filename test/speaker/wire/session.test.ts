import { beforeEach, describe, expect, it } from 'vitest';
import type { FromWire } from '../../../src/speaker/wire/messages.ts';
import { MAIN_SILENCE, WireSession } from '../../../src/speaker/wire/session.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemorySegment } from '../memory-segment.ts';
import { NO_TCP } from '../memory-tcp.ts';
import { MemoryWire, placed } from '../memory-wire.ts';

let clock: ManualClock;
let segment: MemorySegment;
let sent: FromWire[];
let ends: number;
let session: WireSession;

beforeEach(() => {
  clock = new ManualClock();
  segment = new MemorySegment();
  sent = [];
  ends = 0;
  session = new WireSession(
    {
      clock,
      random: () => 0.5,
      ...NO_TCP,
      openUdpSocket: () => ({ send: () => {}, drain: () => {}, close: () => {} }),
      openSocket: (_family, _index, listener) => segment.open('node', listener),
      openRouterSocket: (_index, listener) => segment.open('node', listener),
      openGroups: () => ({ join: () => {}, leave: () => {}, close: () => {} }),
      openListener: () => ({ send: () => {}, close: () => {} }),
      putLoopbackAddress: () => {},
      removeLoopbackAddress: () => {},
      send: (message) => sent.push(message),
    },
    () => {
      ends += 1;
    },
  );
  session.receive({ type: 'begin', node: 'n1', held: [] });
  session.receive({ type: 'assign', ...placed });
});

describe('WireSession', () => {
  it('is ready at once, and does what it is told', () => {
    expect(sent[0]).toEqual({ type: 'ready' });
    // ARP, and neighbour discovery.
    expect(segment.stations).toEqual(['node', 'node']);
  });

  it('closes everything, says so, and ends when it is stopped', () => {
    session.receive({ type: 'stop', reason: 'Leave' });
    expect(segment.stations).toEqual([]);
    expect(sent.at(-1)).toEqual({ type: 'stopped', isCaredFor: false });
    expect(ends).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('goes on while the main thread shows that it lives', () => {
    for (let second = 0; second < 60; second++) {
      clock.advance(1000);
      session.receive({ type: 'alive' });
    }
    expect(ends).toBe(0);
  });

  it('does not take the main thread for dead where it did not run itself', () => {
    clock.freeze(2 * MAIN_SILENCE);
    clock.advance(1);
    expect(ends).toBe(0);
    clock.advance(MAIN_SILENCE + 2000);
    expect(ends).toBe(1);
  });

  it('ends at once where it was never told who it is', () => {
    const idle = new WireSession({ ...new MemoryWire().ports, clock, send: (message) => sent.push(message) }, () => {
      ends += 1;
    });
    idle.receive({ type: 'assign', ...placed });
    idle.receive({ type: 'stop', reason: 'Restart' });
    expect([ends, sent.at(-1)]).toEqual([1, { type: 'stopped', isCaredFor: false }]);
  });

  it('falls silent and ends when the main thread does not, for 10 s', () => {
    clock.advance(MAIN_SILENCE);
    expect(ends).toBe(0);
    clock.advance(1000);
    expect(ends).toBe(1);
    expect(segment.stations).toEqual([]);
    expect(sent).toContainEqual(expect.objectContaining({ type: 'fault' }));
  });
});

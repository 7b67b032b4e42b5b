import { beforeEach, describe, expect, it } from 'vitest';
import type { FromWire } from '../../src/speaker/wire-messages.ts';
import { MAIN_SILENCE, WireSession } from '../../src/speaker/wire-session.ts';
import { NODE } from './arp/frame-bytes.ts';
import { ManualClock } from './manual-clock.ts';
import { MemorySegment } from './memory-segment.ts';

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
      openUdpSocket: () => ({ send: () => {}, drain: () => {}, close: () => {} }),
      openSocket: (_family, _index, listener) => segment.open('node', listener),
      openGroups: () => ({ join: () => {}, leave: () => {}, close: () => {} }),
      putLoopbackAddress: () => {},
      removeLoopbackAddress: () => {},
      send: (message) => sent.push(message),
    },
    () => {
      ends += 1;
    },
  );
  session.receive({
    type: 'assign',
    ownMacs: [NODE],
    speakerMacs: [],
    loopback: false,
    peers: [],
    addresses: [{ address: '192.0.2.50', interfaces: [{ name: 'eth0', index: 2, mac: NODE }], firstPlacement: false }],
  });
});

describe('WireSession', () => {
  it('is ready at once, and does what it is told', () => {
    expect(sent[0]).toEqual({ type: 'ready' });
    expect(segment.stations).toEqual(['node']);
  });

  it('closes everything, says so, and ends when it is stopped', () => {
    session.receive({ type: 'stop' });
    expect(segment.stations).toEqual([]);
    expect(sent.at(-1)).toEqual({ type: 'stopped' });
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

  it('falls silent and ends when the main thread does not, for 10 s', () => {
    clock.advance(MAIN_SILENCE);
    expect(ends).toBe(0);
    clock.advance(1000);
    expect(ends).toBe(1);
    expect(segment.stations).toEqual([]);
    expect(sent).toContainEqual(expect.objectContaining({ type: 'fault' }));
  });
});

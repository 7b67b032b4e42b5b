import { beforeEach, describe, expect, it } from 'vitest';
import { STALL, TICK } from '../../src/speaker/wire.ts';
import { CLIENT, frame } from './arp/frame-bytes.ts';
import { ADDRESS, assignment, ETH0, gratuitous, MemoryWire, question, reply, takenOver } from './memory-wire.ts';

let rig: MemoryWire;

beforeEach(() => {
  rig = new MemoryWire();
});

describe('Wire: sockets', () => {
  it('announces anew with the new MAC of an interface', () => {
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    rig.fromNode();
    const mac = '02:00:00:00:00:77';
    rig.wire.assign(assignment([{ interfaces: [{ ...ETH0, mac }] }], { ownMacs: [mac] }));
    expect(rig.fromNode()).toEqual([frame({ source: mac, senderAddress: ADDRESS })]);
    expect(rig.segment.stations.filter((name) => name === 'node-2')).toHaveLength(1);
  });

  it('opens a socket anew after its interface was down, and announces again', () => {
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    rig.segment.fail('node-2', 'ENETDOWN');
    rig.clock.advance(TICK);
    expect(rig.fromNode()).toContainEqual(gratuitous);
    expect(rig.ask()).toEqual([reply]);
  });

  it('reports the lack of a socket once, and goes on trying', () => {
    rig.broken = 'cannot open a packet socket';
    rig.wire.assign(takenOver);
    rig.clock.advance(10 * TICK);
    expect(rig.sent.filter(({ type }) => type === 'fault')).toHaveLength(1);
    expect(rig.states().get(ADDRESS)).toBe('Deaf');
    rig.broken = undefined;
    rig.clock.advance(TICK);
    expect(rig.ask()).toEqual([reply]);
    expect(rig.states().get(ADDRESS)).toBe('Answering');
  });

  it('keeps a socket that only lost a frame', () => {
    rig.wire.assign(takenOver);
    rig.segment.fail('node-2', 'ENOBUFS');
    expect(rig.segment.stations).toContain('node-2');
    expect(rig.sent).toContainEqual(expect.objectContaining({ type: 'fault' }));
  });
});

describe('Wire: addresses on lo', () => {
  const onLoopback = { loopback: true };

  it('are put there when they are answered, and renewed within their lifetime for as long as that lasts', () => {
    rig.wire.assign(assignment([{ firstPlacement: true }], onLoopback));
    rig.clock.advance(50);
    expect(rig.loopback.size).toBe(0);
    rig.clock.advance(50);
    for (let second = 0; second < 10; second++) {
      expect(rig.loopback.get(ADDRESS) ?? 0).toBeGreaterThan(rig.clock.monotonic() + 1000);
      rig.clock.advance(1000);
    }
    rig.wire.assign(assignment([], onLoopback));
    expect(rig.loopback.size).toBe(0);
  });

  it('are not put there where nobody asked for it, and go when that changes', () => {
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    expect(rig.loopback.size).toBe(0);
    rig.wire.assign(assignment([{}], onLoopback));
    expect(rig.loopback.size).toBe(1);
    rig.wire.assign(takenOver);
    expect(rig.loopback.size).toBe(0);
  });
});

describe('Wire: stop and stall', () => {
  it('leaves nothing behind when it is stopped', () => {
    rig.wire.assign(assignment([{}], { loopback: true }));
    rig.wire.stop();
    expect(rig.segment.stations).toEqual(['client']);
    expect(rig.loopback.size).toBe(0);
    expect(rig.clock.pending).toBe(0);
    expect(rig.states()).toEqual(new Map([[ADDRESS, undefined]]));
  });

  it('answers nothing that waited while the process stood still, and waits to be assigned anew', () => {
    rig.wire.assign(assignment([{}], { loopback: true }));
    rig.clock.advance(5000);
    rig.clock.freeze(STALL + TICK);
    expect(rig.ask()).toEqual([]);
    expect(rig.loopback.size).toBe(0);
    expect(rig.sent.filter(({ type }) => type === 'stalled')).toHaveLength(1);
    rig.clock.advance(10_000);
    expect(rig.ask()).toEqual([]);
    rig.wire.assign(takenOver);
    expect(rig.fromNode()).toContainEqual(gratuitous);
    expect(rig.ask()).toEqual([reply]);
  });

  it('refuses an assignment that waited as long', () => {
    rig.wire.assign(takenOver);
    rig.fromNode();
    rig.clock.freeze(STALL + TICK);
    rig.wire.assign(assignment([{}, { address: '192.0.2.51' }]));
    expect(rig.fromNode()).toEqual([]);
    expect(rig.ask()).toEqual([]);
  });
});

describe('Wire: reports', () => {
  it('counts, and says when an address was last asked for', () => {
    rig.wire.assign(takenOver);
    rig.client.send(question);
    rig.client.send(frame({ targetAddress: '192.0.2.51' }));
    rig.client.send(frame({ source: '02:00:00:00:00:fe', senderMac: CLIENT }));
    const asked = rig.clock.wall();
    rig.clock.advance(TICK);
    const report = rig.sent.findLast((message) => message.type === 'report');
    expect(report).toMatchObject({
      answered: [[ADDRESS, asked]],
      counters: {
        conflicts: 0,
        arp: { requestsReceived: 3, repliesSent: 2, sourceMismatches: 1, dropped: { NotHeld: 1 } },
      },
    });
  });

  it('says nothing when nothing changed', () => {
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    rig.sent.splice(0);
    rig.clock.advance(10_000);
    expect(rig.sent).toEqual([]);
  });

  it('refuses what is no address', () => {
    expect(() => rig.wire.assign(assignment([{ address: '192.0.2.300' }]))).toThrow(
      '"192.0.2.300" is not an IP address',
    );
  });
});

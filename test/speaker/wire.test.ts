import { beforeEach, describe, expect, it } from 'vitest';
import { CONFLICT_RETRY } from '../../src/speaker/arp/placement.ts';
import { TICK, Wire } from '../../src/speaker/wire.ts';
import type { FromWire, WireClaim } from '../../src/speaker/wire-messages.ts';
import { CLIENT, frame, NODE, OTHER_NODE, STRANGER } from './arp/frame-bytes.ts';
import { MemorySegment } from './memory-segment.ts';
import {
  ADDRESS,
  assignment,
  claim,
  ETH0,
  gratuitous,
  MemoryWire,
  placed,
  probe,
  question,
  reply,
  takenOver,
} from './memory-wire.ts';

let rig: MemoryWire;

beforeEach(() => {
  rig = new MemoryWire();
});

/** The strangers that were told of. */
function claimsIn(messages: readonly FromWire[]): readonly WireClaim[] {
  return messages.flatMap((message) => (message.type === 'report' ? message.claims : []));
}

describe('Wire: takeover', () => {
  it('announces and answers at once, and goes on announcing for 2 s', () => {
    rig.wire.assign(takenOver);
    expect(rig.fromNode()).toEqual([gratuitous]);
    expect(rig.ask()).toEqual([reply]);
    rig.clock.advance(3000);
    expect(rig.fromNode()).toEqual([gratuitous, gratuitous, gratuitous, gratuitous]);
    expect(rig.states()).toEqual(new Map([[ADDRESS, 'Answering']]));
  });

  it('gives the same assignment twice no second burst', () => {
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    rig.fromNode();
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    expect(rig.fromNode()).toEqual([]);
  });

  it('does not answer for what it was not assigned', () => {
    rig.wire.assign(takenOver);
    expect(rig.ask(frame({ targetAddress: '192.0.2.51' }))).toEqual([]);
  });

  it('falls silent for an address that is assigned no more, and closes the socket', () => {
    rig.wire.assign(takenOver);
    rig.wire.assign(assignment([]));
    expect(rig.ask()).toEqual([]);
    rig.clock.advance(100_000);
    expect(rig.fromNode()).toEqual([]);
    expect(rig.segment.stations).toEqual(['client']);
    expect(rig.states()).toEqual(new Map([[ADDRESS, undefined]]));
  });

  it('answers on each of its interfaces with the MAC of that interface', () => {
    const other = new MemorySegment();
    const eth1 = { name: 'eth1', index: 3, mac: '02:00:00:00:01:11' };
    const heard: Uint8Array[] = [];
    const both = new Wire({
      clock: rig.clock,
      random: () => 0.5,
      openUdpSocket: () => ({ send: () => {}, drain: () => {}, close: () => {} }),
      openGroups: () => ({ join: () => {}, leave: () => {}, close: () => {} }),
      openSocket: (family, index, listener) =>
        (index === 3 ? other : rig.segment).open(`node-${index}`, listener, family),
      putLoopbackAddress: () => {},
      removeLoopbackAddress: () => {},
      send: () => {},
    });
    const second = other.open('client', { onFrame: (frame) => heard.push(frame), onError: () => {} });
    both.assign(assignment([{ interfaces: [ETH0, eth1] }], { ownMacs: [NODE, eth1.mac] }));
    heard.splice(0);
    second.send(question);
    expect(heard).toEqual([
      frame({
        destination: CLIENT,
        source: eth1.mac,
        operation: 2,
        senderAddress: ADDRESS,
        targetMac: CLIENT,
        targetAddress: '192.0.2.1',
      }),
    ]);
    expect(rig.ask()).toEqual([reply]);
  });
});

describe('Wire: first placement', () => {
  it('probes twice, is silent for 100 ms, then announces and answers', () => {
    rig.wire.assign(placed);
    expect(rig.fromNode()).toEqual([probe]);
    expect(rig.ask()).toEqual([]);
    expect(rig.states().get(ADDRESS)).toBe('Probing');
    rig.clock.advance(30);
    expect(rig.fromNode()).toEqual([probe]);
    rig.clock.advance(69);
    expect(rig.fromNode()).toEqual([]);
    rig.clock.advance(1);
    expect(rig.fromNode()).toEqual([gratuitous]);
    expect(rig.ask()).toEqual([reply]);
    expect(rig.states().get(ADDRESS)).toBe('Answering');
  });

  it('leaves an address to a stranger who answers, says so, and tries again 30 s later', () => {
    rig.wire.assign(placed);
    rig.clock.advance(10);
    rig.client.send(claim);
    expect(rig.states().get(ADDRESS)).toBe('Conflict');
    expect(claimsIn(rig.sent)).toEqual([{ address: ADDRESS, mac: STRANGER, seen: rig.clock.wall() }]);
    rig.fromNode();
    rig.clock.advance(CONFLICT_RETRY - 1);
    expect(rig.ask()).toEqual([]);
    rig.clock.advance(1);
    expect(rig.fromNode()).toEqual([probe]);
    rig.clock.advance(100);
    expect(rig.ask()).toEqual([reply]);
    expect(rig.states().get(ADDRESS)).toBe('Answering');
  });

  it('is not stopped by another speaker that still answers', () => {
    rig.wire.assign(placed);
    rig.client.send(frame({ source: OTHER_NODE, operation: 2, senderAddress: ADDRESS }));
    rig.clock.advance(100);
    expect(rig.ask()).toEqual([reply]);
  });

  it('goes on at once when the stranger turns out to be a speaker', () => {
    rig.wire.assign(placed);
    rig.client.send(claim);
    expect(rig.states().get(ADDRESS)).toBe('Conflict');
    rig.wire.assign({ ...placed, speakerMacs: [NODE, OTHER_NODE, STRANGER] });
    rig.clock.advance(100);
    expect(rig.ask()).toEqual([reply]);
  });

  it('never settles an address that nobody could be asked about', () => {
    rig.broken = 'EPERM';
    rig.wire.assign(placed);
    rig.clock.advance(5000);
    expect(rig.states().get(ADDRESS)).toBe('Deaf');
    rig.broken = undefined;
    rig.clock.advance(TICK);
    expect(rig.fromNode()[0]).toEqual(probe);
    rig.clock.advance(100);
    expect(rig.ask()).toEqual([reply]);
  });
});

describe('Wire: a stranger later on', () => {
  it('goes on answering, defends the address once in 10 s, and reports once a second', () => {
    rig.wire.assign(takenOver);
    rig.clock.advance(5000);
    rig.fromNode();
    rig.sent.splice(0);
    for (let turn = 0; turn < 50; turn++) {
      rig.client.send(claim);
      rig.clock.advance(100);
    }
    expect(rig.fromNode()).toEqual([gratuitous]);
    expect(claimsIn(rig.sent)).toHaveLength(5);
    expect(rig.ask()).toEqual([reply]);
    rig.clock.advance(5000);
    rig.client.send(claim);
    expect(rig.fromNode()).toEqual([gratuitous]);
  });
});

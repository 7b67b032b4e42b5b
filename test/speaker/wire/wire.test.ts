import { describe, expect, it } from 'vitest';
import { DEFEND_INTERVAL } from '../../../src/speaker/arp/gratuitous.ts';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';
import type { FromWire, WireClaim } from '../../../src/speaker/wire/messages.ts';
import { TICK, Wire } from '../../../src/speaker/wire/wire.ts';
import { CLIENT, frame, OTHER_NODE, STRANGER } from '../arp/frame-bytes.ts';
import { MemorySegment } from '../memory-segment.ts';
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
} from '../memory-wire.ts';

/** The strangers that were told of. */
function claimsIn(messages: readonly FromWire[]): readonly WireClaim[] {
  return messages.flatMap((message) => (message.type === 'report' ? message.claims : []));
}

describe('Wire: what its last life answered for', () => {
  it('is announced and answered at once where nobody else is, and announced for 2 s', () => {
    const rig = new MemoryWire([ADDRESS]);
    rig.wire.assign(placed);
    expect(rig.fromNode()).toEqual([gratuitous]);
    expect(rig.ask()).toEqual([reply]);
    rig.clock.advance(3000);
    expect(rig.fromNode()).toEqual([gratuitous, gratuitous, gratuitous, gratuitous]);
    expect(rig.roles()).toEqual(new Map([[ADDRESS, 'Owner']]));
  });

  it('is told for the next one', () => {
    const rig = new MemoryWire([ADDRESS]);
    rig.wire.assign(placed);
    rig.clock.advance(TICK);
    expect(rig.sent.findLast(({ type }) => type === 'held')).toEqual({
      type: 'held',
      held: [
        { segment: '192.0.2.0/24', addresses: [{ address: ADDRESS, moves: [] }] },
        { segment: '2001:db8::/64', addresses: [] },
      ],
    });
  });

  it('is announced no faster than a switch is said to take it, and answered at once all the same', () => {
    const addresses = Array.from({ length: 30 }, (_, index) => `192.0.2.${50 + index}`);
    const rig = new MemoryWire(addresses);
    rig.wire.assign({ ...assignment(addresses), pacing: { rate: 10 } });
    rig.clock.advance(1000);
    expect([10, 11]).toContain(rig.fromNode().length);
    expect(rig.ask()).toEqual([reply]);
    rig.clock.advance(2000);
    const senders = rig.fromNode().map((each) => each.at(31));
    expect(senders).toHaveLength(20);
    expect(new Set(senders).size).toBe(20);
  });

  it('is given up where it is planned no more', () => {
    const rig = new MemoryWire([ADDRESS]);
    rig.wire.assign(assignment([]));
    rig.clock.advance(TICK);
    expect(rig.ask()).toEqual([]);
    expect(rig.roles()).toEqual(new Map([[ADDRESS, 'Standby']]));
  });
});

describe('Wire: one node alone', () => {
  it('probes twice, is silent for 100 ms, then announces and answers', () => {
    const rig = new MemoryWire();
    rig.wire.assign(placed);
    expect(rig.fromNode()).toEqual([probe]);
    expect(rig.ask()).toEqual([]);
    expect(rig.roles().get(ADDRESS)).toBe('Placing');
    rig.clock.advance(30);
    expect(rig.fromNode()).toEqual([probe]);
    rig.clock.advance(69);
    expect(rig.fromNode()).toEqual([]);
    rig.clock.advance(1);
    expect(rig.fromNode()).toEqual([gratuitous]);
    expect(rig.ask()).toEqual([reply]);
    expect(rig.roles().get(ADDRESS)).toBe('Owner');
  });

  it('gives the same assignment twice no second burst', () => {
    const rig = new MemoryWire([ADDRESS]);
    rig.wire.assign(placed);
    rig.clock.advance(5000);
    rig.fromNode();
    rig.wire.assign(placed);
    rig.clock.advance(5000);
    expect(rig.fromNode()).toEqual([]);
  });

  it('does not answer for what it was not assigned, nor where it is not in line', () => {
    const rig = new MemoryWire();
    rig.wire.assign(assignment([ADDRESS], { candidates: ['n2'] }));
    rig.clock.advance(5000);
    expect(rig.ask()).toEqual([]);
    expect(rig.ask(frame({ targetAddress: '192.0.2.51' }))).toEqual([]);
  });

  it('falls silent for an address that is assigned no more', () => {
    const rig = new MemoryWire([ADDRESS]);
    rig.wire.assign(placed);
    rig.wire.assign(assignment([]));
    rig.fromNode();
    expect(rig.ask()).toEqual([]);
    rig.clock.advance(100_000);
    expect(rig.fromNode()).toEqual([]);
    expect(rig.roles()).toEqual(new Map([[ADDRESS, 'Standby']]));
  });

  it('answers on each of its segments with the MAC address of that interface', () => {
    const rig = new MemoryWire();
    const other = new MemorySegment();
    const eth1 = { name: 'eth1', index: 3, mac: '02:00:00:00:01:11' };
    const heard: Uint8Array[] = [];
    const openSocket: typeof rig.ports.openSocket = (family, index, listener) =>
      (index === 3 ? other : rig.segment).open(`both-${index}`, listener, family);
    const wire = new Wire({ ...rig.ports, openSocket }, { node: 'n1', held: [] });
    const second = other.open('client', { onFrame: (received) => heard.push(received), onError: () => {} });
    const [first] = assignment([ADDRESS]).segments;
    const [again] = assignment([ADDRESS], { interface: eth1 }).segments;
    if (first === undefined || again === undefined) throw new Error('no segments');
    const segments = [first, { ...again, key: '192.0.2.0/25' }];
    wire.assign({ ...placed, ownMacs: [ETH0.mac, eth1.mac], segments });
    rig.clock.advance(200);
    heard.splice(0);
    second.send(question);
    const more = { senderAddress: ADDRESS, targetMac: CLIENT, targetAddress: '192.0.2.1' };
    expect(heard).toEqual([frame({ destination: CLIENT, source: eth1.mac, operation: 2, ...more })]);
  });
});

describe('Wire: a stranger', () => {
  it('has the address left to it at first placement, is named, and looked for again 10 s later', () => {
    const rig = new MemoryWire();
    rig.wire.assign(placed);
    rig.clock.advance(10);
    rig.client.send(claim);
    expect(rig.roles().get(ADDRESS)).toBe('Conflict');
    expect(claimsIn(rig.sent)).toEqual([{ address: ADDRESS, mac: STRANGER, seen: rig.clock.wall() }]);
    rig.fromNode();
    const [retry] = DEFAULT_TIMING.conflictRetry;
    rig.clock.advance(retry - 1);
    expect(rig.ask()).toEqual([]);
    rig.clock.advance(1);
    expect(rig.fromNode()).toEqual([probe]);
    rig.clock.advance(100);
    expect(rig.ask()).toEqual([reply]);
  });

  it('is told by its probe, too, and another speaker is not', () => {
    for (const [source, role] of [
      [STRANGER, 'Conflict'],
      [OTHER_NODE, 'Placing'],
    ] as const) {
      const rig = new MemoryWire();
      rig.wire.assign(placed);
      rig.client.send(frame({ source, senderAddress: '0.0.0.0' }));
      expect(rig.roles().get(ADDRESS)).toBe(role);
    }
  });

  it('later on is answered by one announcement in 10 s, and reported once a second', () => {
    const rig = new MemoryWire([ADDRESS]);
    rig.wire.assign(placed);
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
    rig.clock.advance(DEFEND_INTERVAL / 2);
    rig.client.send(claim);
    expect(rig.fromNode()).toEqual([gratuitous]);
  });
});

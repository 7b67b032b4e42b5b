import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';
import { LoopbackAddresses, RENEWAL } from '../../../src/speaker/wire/loopback-addresses.ts';
import { TICK } from '../../../src/speaker/wire/wire.ts';
import { CLIENT, frame } from '../arp/frame-bytes.ts';
import { ADDRESS, assignment, ETH0, gratuitous, MemoryWire, placed, question, reply } from '../memory-wire.ts';

/** A wire that has answered for {@link ADDRESS} for a while. */
function owning(options: Parameters<typeof assignment>[1] = {}): MemoryWire {
  const rig = new MemoryWire([ADDRESS]);
  rig.wire.assign(assignment([ADDRESS], options));
  rig.clock.advance(5000);
  rig.fromNode();
  return rig;
}

describe('Wire: sockets', () => {
  it('announces anew with the new MAC address of an interface', () => {
    const rig = owning();
    const mac = '02:00:00:00:00:77';
    rig.wire.assign(assignment([ADDRESS], { interface: { ...ETH0, mac } }));
    expect(rig.fromNode()).toEqual([frame({ source: mac, senderAddress: ADDRESS })]);
    expect(rig.segment.stations.filter((name) => name === 'node-2')).toHaveLength(2);
  });

  it('falls silent without a socket, and answers and announces again with one', () => {
    const rig = owning();
    rig.broken = 'ENETDOWN';
    for (let family = 0; family < 2; family++) rig.segment.fail('node-2', 'ENETDOWN');
    expect(rig.roles().get(ADDRESS)).toBe('Held');
    rig.clock.advance(5 * TICK);
    expect(rig.ask()).toEqual([]);
    rig.broken = undefined;
    rig.clock.advance(TICK + DEFAULT_TIMING.resume);
    expect(rig.fromNode()).toContainEqual(gratuitous);
    expect(rig.ask()).toEqual([reply]);
  });

  it('falls silent at once where the carrier is lost, and answers when it is back', () => {
    const rig = owning();
    rig.wire.assign(assignment([ADDRESS], { up: false }));
    expect(rig.ask()).toEqual([]);
    rig.clock.advance(60_000);
    expect(rig.ask()).toEqual([]);
    rig.wire.assign(placed);
    rig.clock.advance(DEFAULT_TIMING.resume);
    expect(rig.ask()).toEqual([reply]);
  });

  it('reports the lack of a socket once, takes nothing, and goes on trying', () => {
    const rig = new MemoryWire();
    rig.broken = 'cannot open a packet socket';
    rig.wire.assign(placed);
    rig.clock.advance(10 * TICK);
    // ARP, and neighbour discovery.
    expect(rig.sent.filter(({ type }) => type === 'fault')).toHaveLength(2);
    expect(rig.roles().size).toBe(0);
    rig.broken = undefined;
    rig.clock.advance(TICK + DEFAULT_TIMING.listen + 200);
    expect(rig.ask()).toEqual([reply]);
  });

  it('keeps a socket that only lost a frame', () => {
    const rig = owning();
    rig.segment.fail('node-2', 'ENOBUFS');
    expect(rig.segment.stations).toContain('node-2');
    expect(rig.sent).toContainEqual(expect.objectContaining({ type: 'fault' }));
  });
});

describe('Wire: addresses on lo', () => {
  it('are put there when they are answered, and renewed within their lifetime for as long as that lasts', () => {
    const rig = new MemoryWire();
    rig.wire.assign(assignment([ADDRESS], { loopback: true }));
    rig.clock.advance(50);
    expect(rig.loopback.size).toBe(0);
    rig.clock.advance(50);
    for (let second = 0; second < 10; second++) {
      // What is on lo when the process dies has to outlast the time in which others answer in its name.
      expect(rig.loopback.get(ADDRESS) ?? 0).toBeGreaterThan(rig.clock.monotonic() + DEFAULT_TIMING.caretaking);
      rig.clock.advance(1000);
    }
    rig.wire.assign(assignment([], { loopback: true }));
    expect(rig.loopback.size).toBe(0);
  });

  it('are renewed a portion at a time, so that sessions get their turn', () => {
    const addresses = Array.from({ length: 100 }, (_, index) => `192.0.2.${index + 100}`);
    const rig = new MemoryWire(addresses);
    let portion = 0;
    const portions: number[] = [];
    const put = rig.ports.putLoopbackAddress;
    // Each takes a millisecond.
    const ports = {
      ...rig.ports,
      putLoopbackAddress: (...args: Parameters<typeof put>) => {
        put(...args);
        rig.clock.freeze(1);
        portion++;
      },
    };
    const loopback = new LoopbackAddresses(ports);
    for (const address of addresses) loopback.keep(address);
    rig.clock.freeze(RENEWAL);
    for (let turn = 0; turn < 20; turn++) {
      portion = 0;
      loopback.renew();
      portions.push(portion);
    }
    expect(Math.max(...portions)).toBeLessThanOrEqual(6);
    expect(portions.reduce((sum, each) => sum + each, 0)).toBe(100);
    for (const until of rig.loopback.values()) {
      expect(until).toBeGreaterThan(rig.clock.monotonic() + DEFAULT_TIMING.caretaking);
    }
  });

  it('tell when they are to be renewed, and of what a portion leaves a tenth of a second after it', () => {
    const rig = new MemoryWire(['192.0.2.100']);
    const put = rig.ports.putLoopbackAddress;
    const slow = (...args: Parameters<typeof put>) => {
      put(...args);
      rig.clock.freeze(6);
    };
    const loopback = new LoopbackAddresses({ ...rig.ports, putLoopbackAddress: slow });
    expect(loopback.next()).toBe(Number.POSITIVE_INFINITY);
    const began = rig.clock.monotonic();
    for (const address of ['192.0.2.100', '192.0.2.101']) loopback.keep(address);
    expect(loopback.next()).toBe(began + RENEWAL);
    rig.clock.freeze(RENEWAL);
    const renewed = rig.clock.monotonic();
    loopback.renew();
    expect(loopback.next()).toBe(renewed + 100);
  });

  it('are not put there where nobody asked for it, and go when that changes', () => {
    const rig = owning();
    expect(rig.loopback.size).toBe(0);
    rig.wire.assign(assignment([ADDRESS], { loopback: true }));
    expect(rig.loopback.size).toBe(1);
    rig.wire.assign(placed);
    expect(rig.loopback.size).toBe(0);
  });
});

describe('Wire: an address that moves', () => {
  it('is accepted by the kernel for 3 s more, for those who have not heard of it', () => {
    const rig = owning({ loopback: true });
    rig.wire.assign(assignment([ADDRESS], { loopback: true, up: false }));
    rig.clock.advance(2900);
    expect(rig.loopback.has(ADDRESS)).toBe(true);
    rig.clock.advance(1100);
    expect(rig.loopback.has(ADDRESS)).toBe(false);
  });

  it('stays on lo where it comes back, and never comes near the end of its lifetime there', () => {
    const rig = owning({ loopback: true });
    rig.wire.assign(assignment([ADDRESS], { loopback: true, up: false }));
    rig.clock.advance(2500);
    rig.wire.assign(assignment([ADDRESS], { loopback: true }));
    for (let second = 0; second < 6; second++) {
      rig.clock.advance(1000);
      expect(rig.loopback.get(ADDRESS) ?? 0).toBeGreaterThan(rig.clock.monotonic() + DEFAULT_TIMING.caretaking);
    }
  });

  it('is left to the kernel by a speaker that restarts', () => {
    const rig = new MemoryWire([ADDRESS]);
    const loopback = new LoopbackAddresses(rig.ports);
    loopback.keep(ADDRESS);
    loopback.leave(ADDRESS, 3);
    loopback.removeLeft(true);
    expect(rig.loopback.get(ADDRESS)).toBe(rig.clock.monotonic() + 3000);
  });

  it('is not left to the kernel by a speaker that ends', () => {
    const rig = owning({ loopback: true });
    rig.wire.assign(assignment([ADDRESS], { loopback: true, up: false }));
    rig.wire.stop('Leave', () => {});
    expect(rig.loopback.size).toBe(0);
  });
});

describe('Wire: stop and pause', () => {
  it.each(['Restart', 'Leave'] as const)('leaves nothing behind where nobody could take over: %s', (reason) => {
    const rig = owning({ loopback: true });
    let isCaredFor: boolean | undefined;
    rig.wire.stop(reason, (caredFor) => {
      isCaredFor = caredFor;
    });
    expect(isCaredFor).toBe(false);
    expect(rig.segment.stations).toEqual(['client']);
    expect(rig.loopback.size).toBe(0);
    expect(rig.clock.pending).toBe(0);
    expect(rig.roles()).toEqual(new Map([[ADDRESS, 'Standby']]));
  });

  it('answers nothing that waited while the process stood still, and goes on when nobody else has it', () => {
    const rig = owning({ candidates: ['n1', 'n2'] });
    rig.clock.freeze(5000);
    expect(rig.ask()).toEqual([]);
    rig.clock.advance(1);
    expect(rig.roles().get(ADDRESS)).toBe('Held');
    rig.clock.advance(DEFAULT_TIMING.resume + 100);
    expect(rig.fromNode()).toContainEqual(gratuitous);
    expect(rig.ask()).toEqual([reply]);
  });

  it('answers what waited where nobody else may have it', () => {
    const rig = owning();
    rig.clock.freeze(5000);
    expect(rig.ask()).toEqual([reply]);
    expect(rig.roles().get(ADDRESS)).toBe('Owner');
  });
});

describe('Wire: reports', () => {
  it('counts, and says when an address was last asked for', () => {
    const rig = owning();
    rig.client.send(question);
    rig.client.send(frame({ targetAddress: '192.0.2.51' }));
    rig.client.send(frame({ source: '02:00:00:00:00:fe', senderMac: CLIENT }));
    const asked = rig.clock.wall();
    rig.clock.advance(TICK);
    const report = rig.sent.findLast((message) => message.type === 'report');
    expect(report).toMatchObject({
      answered: [[ADDRESS, 'eth0', asked]],
      counters: {
        conflicts: 0,
        arp: { requestsReceived: 3, repliesSent: 2, sourceMismatches: 1, dropped: { NotHeld: 1 } },
      },
    });
  });

  it('says nothing when nothing changed', () => {
    const rig = owning();
    rig.sent.splice(0);
    rig.clock.advance(10_000);
    expect(rig.sent).toEqual([]);
  });

  it('refuses what is no address', () => {
    const rig = new MemoryWire();
    expect(() => {
      rig.wire.assign(assignment(['192.0.2.300']));
      rig.clock.advance(200);
    }).toThrow('"192.0.2.300" is not an IP address');
  });
});

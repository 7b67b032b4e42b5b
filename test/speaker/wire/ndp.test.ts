import { describe, expect, it } from 'vitest';
import { CLIENT, NODE, STRANGER } from '../arp/frame-bytes.ts';
import { ADDRESS, assignment, gratuitous, MemoryWire, question, reply } from '../memory-wire.ts';
import { ADDRESS6, advertisement, CLIENT6, duplicateProbe, nonce, solicitation } from '../ndp/frame-bytes.ts';

const planned = assignment([ADDRESS6]);
const unsolicited = advertisement({ source: NODE });
const answer = advertisement({ destination: CLIENT, source: NODE, to: CLIENT6, flags: 0x60 });
/** The memory wire draws 0.5 of 48 bits. */
const probe = duplicateProbe({ source: NODE, options: nonce('800000000000') });

describe('Wire: IPv6', () => {
  it('announces an address that it takes over, and answers for it', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.wire.assign(planned);
    expect(rig.fromNode()).toEqual([unsolicited]);
    expect(rig.ask(solicitation())).toEqual([answer]);
    rig.clock.advance(3000);
    expect(rig.fromNode()).toEqual([unsolicited, unsolicited, unsolicited, unsolicited]);
    expect(rig.roles()).toEqual(new Map([[ADDRESS6, 'Owner']]));
  });

  it('probes before a first placement, and tells others that do the same that it is taken thereafter', () => {
    const rig = new MemoryWire();
    rig.wire.assign(planned);
    expect(rig.fromNode()).toEqual([probe]);
    expect(rig.ask(solicitation())).toEqual([]);
    rig.clock.advance(30);
    expect(rig.fromNode()).toEqual([probe]);
    rig.clock.advance(70);
    expect(rig.fromNode()).toEqual([unsolicited]);
    expect(rig.ask(duplicateProbe({ source: STRANGER }))).toEqual([unsolicited]);
    expect(rig.roles().get(ADDRESS6)).toBe('Owner');
  });

  it('does not take its own probe for a stranger, by whatever way it comes back', () => {
    const rig = new MemoryWire();
    rig.wire.assign(planned);
    rig.client.send(duplicateProbe({ source: STRANGER, options: nonce('800000000000') }));
    rig.clock.advance(100);
    expect(rig.roles().get(ADDRESS6)).toBe('Owner');
  });

  it.each([
    ['who has it', advertisement({ source: STRANGER })],
    ['who wants it at the same time', duplicateProbe({ source: STRANGER, options: nonce('010203040506') })],
  ])('leaves an address to a stranger %s', (_name, frame) => {
    const rig = new MemoryWire();
    rig.wire.assign(planned);
    rig.client.send(frame);
    expect(rig.roles().get(ADDRESS6)).toBe('Conflict');
    rig.clock.advance(200);
    expect(rig.ask(solicitation())).toEqual([]);
    expect(rig.sent).toContainEqual(
      expect.objectContaining({ claims: [expect.objectContaining({ address: ADDRESS6, mac: STRANGER })] }),
    );
  });

  it('defends an address once in 10 s', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.wire.assign(planned);
    rig.clock.advance(5000);
    rig.fromNode();
    rig.client.send(advertisement({ source: STRANGER }));
    rig.client.send(advertisement({ source: STRANGER }));
    expect(rig.fromNode()).toEqual([unsolicited]);
  });

  it('puts the address on lo where it is told to, and takes it away', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.wire.assign({ ...planned, loopback: true });
    expect([...rig.loopback.keys()]).toEqual([ADDRESS6]);
    rig.wire.assign({ ...assignment([]), loopback: true });
    expect([...rig.loopback.keys()]).toEqual([]);
  });

  it('holds both families on one interface, each by its own protocol', () => {
    const rig = new MemoryWire([ADDRESS6, ADDRESS]);
    rig.wire.assign(assignment([ADDRESS6, ADDRESS]));
    expect(rig.fromNode()).toEqual([gratuitous, unsolicited]);
    expect(rig.ask(question)).toEqual([reply]);
    expect(rig.ask(solicitation())).toEqual([answer]);
    rig.wire.assign(assignment([ADDRESS]));
    expect(rig.ask(solicitation())).toEqual([]);
    expect(rig.roles()).toEqual(
      new Map([
        [ADDRESS, 'Owner'],
        [ADDRESS6, 'Standby'],
      ]),
    );
  });

  it('counts what it hears by protocol', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.wire.assign(planned);
    rig.client.send(solicitation());
    rig.client.send(solicitation({ target: '2001:db8::51' }));
    rig.client.send(solicitation({ hopLimit: 64 }));
    rig.clock.advance(1000);
    const report = rig.sent.findLast((message) => message.type === 'report');
    expect(report).toMatchObject({
      answered: [[ADDRESS6, 'eth0', expect.any(Number)]],
      counters: {
        arp: { requestsReceived: 0, announcementsSent: 0 },
        ndp: { requestsReceived: 2, repliesSent: 1, dropped: { NotHeld: 1, HopLimit: 1 } },
      },
    });
  });
});

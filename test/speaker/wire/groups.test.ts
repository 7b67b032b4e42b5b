import { describe, expect, it } from 'vitest';
import { formatIPv6, parseAddress } from '../../../src/ip/address.ts';
import { solicitedNodeOf } from '../../../src/speaker/ndp/solicited-node.ts';
import { GROUP_PAUSE, GROUP_PORTION, GROUP_RETRY, KERNEL_GROUPS } from '../../../src/speaker/wire/groups.ts';
import { NODE } from '../arp/frame-bytes.ts';
import { assignment, MemoryWire } from '../memory-wire.ts';
import { query } from '../mld/query-bytes.ts';
import { ADDRESS6, advertisement, CLIENT6, GROUP, solicitation } from '../ndp/frame-bytes.ts';

const planned = assignment([ADDRESS6]);
const answer = advertisement({ destination: '02:00:00:00:00:01', source: NODE, to: CLIENT6, flags: 0x60 });
const addresses = (count: number) => {
  return Array.from({ length: count }, (_, index) => `2001:db8::1:${(index + 1).toString(16)}`);
};
const groupOf = (text: string) => {
  const address = parseAddress(text);
  return address.family === 'IPv6' ? formatIPv6(solicitedNodeOf(address.value)) : '';
};

/** The groups that routers were told of, with the type of each record. */
function toldBy(rig: MemoryWire): readonly string[] {
  return rig.told.splice(0).flatMap(({ bytes, to }) => {
    expect(to).toBe('ff02::16');
    return (bytes.slice(16).match(/.{40}/g) ?? []).map((record) => {
      return `${record.slice(0, 2)} ${formatIPv6(BigInt(`0x${record.slice(8)}`))}`;
    });
  });
}

const numbered = (type: string, texts: readonly string[]) => texts.map((text) => `${type} ${groupOf(text)}`).sort();

describe('Wire: multicast groups', () => {
  it('belongs to the group of an address as long as it holds it, probing included', () => {
    const rig = new MemoryWire();
    rig.wire.assign(planned);
    expect([...rig.groups]).toEqual([`2 ${GROUP}`]);
    rig.clock.advance(100);
    expect([...rig.groups]).toEqual([`2 ${GROUP}`]);
    rig.wire.assign(assignment(['2001:db8:1::50']));
    rig.clock.advance(200);
    rig.clock.advance(GROUP_PAUSE);
    expect([...rig.groups]).toEqual([`2 ${GROUP}`]);
    rig.wire.assign(assignment(['2001:db8::51']));
    rig.clock.advance(200);
    expect([...rig.groups]).toEqual(['2 ff02::1:ff00:51']);
    rig.wire.assign(assignment([]));
    rig.clock.advance(GROUP_PAUSE);
    expect([...rig.groups]).toEqual([]);
  });

  it('joins in portions, and meanwhile answers', () => {
    const many = addresses(KERNEL_GROUPS);
    const rig = new MemoryWire(many);
    rig.wire.assign(assignment(many));
    rig.clock.advance(0);
    expect(rig.groups.size).toBe(GROUP_PORTION);
    expect(rig.ask(solicitation({ target: many.at(-1) ?? '' })).length).toBe(1);
    rig.clock.advance(GROUP_PAUSE);
    expect([...rig.groups].sort()).toEqual(many.map((text) => `2 ${groupOf(text)}`).sort());
    rig.clock.advance(5000);
    expect(rig.listener).toBeUndefined();
    expect(rig.told).toEqual([]);
  });

  it('says once that a group cannot be joined, and tries again', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.groupsFull = true;
    rig.wire.assign(planned);
    rig.clock.advance(5 * GROUP_RETRY);
    const faults = rig.sent.filter((message) => message.type === 'fault');
    expect(faults).toEqual([{ type: 'fault', message: `interface eth0, ${ADDRESS6} among its 1 addresses: ENOMEM` }]);
    rig.groupsFull = false;
    rig.clock.advance(GROUP_RETRY);
    expect([...rig.groups]).toEqual([`2 ${GROUP}`]);
  });

  it('stays in its groups while the interface is down', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.wire.assign(planned);
    rig.segment.fail('node-2', 'ENETDOWN');
    expect([...rig.groups]).toEqual([`2 ${GROUP}`]);
    rig.clock.advance(1000);
    expect(rig.ask(solicitation())).toEqual([answer]);
  });

  it('leaves all when it stops', () => {
    const rig = new MemoryWire([ADDRESS6]);
    rig.wire.assign(planned);
    rig.wire.stop('Leave', () => {});
    expect([...rig.groups]).toEqual([]);
  });
});

describe('Wire: more groups than the kernel is to join', () => {
  const many = addresses(KERNEL_GROUPS + 100);
  const beyond = many.slice(KERNEL_GROUPS);

  /** Holds all, and has told of those beyond the kernel's. */
  function settled(): MemoryWire {
    const rig = new MemoryWire(many);
    rig.wire.assign(assignment(many));
    rig.clock.advance(2000);
    return rig;
  }

  it('tells of them itself, twice, with all groups let in', () => {
    const rig = settled();
    expect([...rig.groups].sort()).toEqual(
      many
        .slice(0, KERNEL_GROUPS)
        .map((text) => `2 ${groupOf(text)}`)
        .sort(),
    );
    expect(rig.listener).toBeDefined();
    const told = toldBy(rig);
    expect([...told].sort()).toEqual(numbered('04', [...beyond, ...beyond]));
    rig.clock.advance(60_000);
    expect(rig.told).toEqual([]);
  });

  it('answers a query for those alone, the kernel for its own', () => {
    const rig = settled();
    toldBy(rig);
    rig.listener?.onFrame(query());
    rig.listener?.onFrame(query({ error: 1 }));
    rig.clock.advance(4999);
    expect(rig.told).toEqual([]);
    const report = rig.sent.findLast((message) => message.type === 'report');
    expect(report).toMatchObject({ counters: { ndp: { dropped: { BadMldQuery: 1 } } } });
    rig.clock.advance(100);
    expect([...toldBy(rig)].sort()).toEqual(numbered('02', beyond));
    const [first = ''] = beyond;
    rig.listener?.onFrame(query({ group: groupOf(first), maxResponseCode: 1000 }));
    rig.listener?.onFrame(query({ group: groupOf(many[0] ?? ''), maxResponseCode: 1000 }));
    rig.clock.advance(1000);
    expect(toldBy(rig)).toEqual(numbered('02', [first]));
  });

  it('tells of what it leaves, and closes when nothing is left', () => {
    const rig = settled();
    toldBy(rig);
    rig.wire.assign(assignment(many.slice(0, KERNEL_GROUPS)));
    rig.clock.advance(3000);
    expect([...toldBy(rig)].sort()).toEqual(numbered('03', [...beyond, ...beyond]));
    expect(rig.listener).toBeUndefined();
    expect(rig.groups.size).toBe(KERNEL_GROUPS);
  });

  it('has the kernel join again where there is room', () => {
    const rig = settled();
    toldBy(rig);
    const kept = many.slice(1);
    rig.wire.assign(assignment(kept));
    rig.clock.advance(3000);
    rig.wire.assign(assignment([...kept, ADDRESS6]));
    rig.clock.advance(3000);
    expect(rig.groups.size).toBe(KERNEL_GROUPS);
    expect([...rig.groups]).toContain(`2 ${GROUP}`);
    expect(rig.told).toEqual([]);
  });

  it('tells of all anew when the interface is up again', () => {
    const rig = settled();
    toldBy(rig);
    rig.segment.fail('node-2', 'ENETDOWN');
    rig.clock.advance(3000);
    const last = new Map(toldBy(rig).map((record) => [record.slice(3), record]));
    expect([...last.values()].sort()).toEqual(numbered('04', beyond));
  });

  it('tries again where nothing can be sent', () => {
    const rig = new MemoryWire(many);
    rig.mldBroken = true;
    rig.wire.assign(assignment(many));
    rig.clock.advance(3000);
    const faults = rig.sent.filter((message) => message.type === 'fault');
    expect(faults).toEqual([{ type: 'fault', message: expect.stringContaining('EADDRNOTAVAIL') }]);
    rig.mldBroken = false;
    rig.clock.advance(GROUP_RETRY);
    expect([...new Set(toldBy(rig))].sort()).toEqual(numbered('04', beyond));
  });

  it('closes when it stops', () => {
    const rig = settled();
    rig.wire.stop('Leave', () => {});
    expect(rig.listener).toBeUndefined();
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/ip/address.ts';
import { parsePrefix } from '../../../../src/ip/prefix.ts';
import { PORTION } from '../../../../src/speaker/bgp/adj-rib-out/portions.ts';
import { hex } from '../octets.ts';
import { EXTERNAL } from './peer-table.ts';
import { begin, drain, peer, replace, reset, rib } from './rib-rig.ts';

const NONE = {};
const prefix = parsePrefix;
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    address: { family: 'IPv4' as const, value: 0x0a400000 + index },
    length: 32,
  }));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

beforeEach(reset);

describe('changes', () => {
  it('say nothing before a session', () => {
    rib.set(prefix('198.51.100.1/32'), NONE);
    expect(rib.take()).toBeUndefined();
  });

  it('say all that is wanted to a new session, and to the next one again', () => {
    rib.set(prefix('198.51.100.1/32'), NONE);
    rib.set(prefix('2001:db8:1::/64'), NONE);
    for (let session = 0; session < 2; session++) {
      begin(EXTERNAL);
      drain();
      expect([...peer.routes.keys()]).toEqual(['198.51.100.1/32', '2001:db8:1::/64']);
      expect(rib.told()).toEqual({ IPv4: 1, IPv6: 1 });
      rib.end();
      expect(rib.told()).toEqual({ IPv4: 0, IPv6: 0 });
    }
  });

  it('touch one prefix among many', () => {
    for (const each of numbered(10_000)) rib.set(each, NONE);
    begin(EXTERNAL);
    drain();
    const before = peer.messages.length;
    rib.set(prefix('10.64.0.5/32'), { communities: [1] });
    drain();
    rib.delete(prefix('10.64.0.9/32'));
    drain();
    expect(peer.messages.slice(before)).toMatchObject([
      { nlri: hex('20 0a400005') },
      { withdrawn: hex('20 0a400009'), attributes: [], nlri: hex('') },
    ]);
    expect(peer.routes.size).toBe(9_999);
  });

  it('leave nothing behind when they are undone before a peer that does not read was told', async () => {
    begin(EXTERNAL);
    const undone = Array.from({ length: 1_000 }, (_, index) => {
      const each = prefix(`10.64.${index >> 8}.${index & 255}/32`);
      rib.set(prefix('198.51.100.1/32'), { communities: [index] });
      rib.set(each, NONE);
      rib.delete(each);
      return new WeakRef(each);
    });
    // What was looked at lives until the end of the turn.
    await new Promise(setImmediate);
    collectGarbage();
    expect(undone.filter((each) => each.deref() !== undefined).length).toBeLessThan(10);
    drain();
    expect([...peer.routes.keys()]).toEqual(['198.51.100.1/32']);
  });

  it('cost nothing when they change nothing, or are undone before they were told', () => {
    begin(EXTERNAL);
    rib.set(prefix('198.51.100.1/32'), { communities: [1, 2] });
    drain();
    rib.set(prefix('198.51.100.1/32'), { communities: [2, 1, 1] });
    rib.set(prefix('198.51.100.1/24'), NONE);
    rib.delete(prefix('198.51.100.0/24'));
    rib.delete(prefix('198.51.100.1/32'));
    rib.set(prefix('198.51.100.1/32'), { communities: [1, 2] });
    rib.delete(prefix('203.0.113.1/32'));
    const before = peer.messages.length;
    drain();
    expect(peer.messages).toHaveLength(before);
  });

  it('withdraw before they announce', () => {
    begin(EXTERNAL);
    rib.set(prefix('198.51.100.1/32'), NONE);
    drain();
    rib.set(prefix('198.51.100.2/32'), NONE);
    rib.delete(prefix('198.51.100.1/32'));
    drain();
    expect(peer.messages.slice(1)).toMatchObject([{ withdrawn: hex('20 c6336401') }, { nlri: hex('20 c6336402') }]);
  });

  it('replace all by what is wanted now', () => {
    begin(EXTERNAL);
    replace([
      [prefix('198.51.100.1/32'), NONE],
      [prefix('198.51.100.2/32'), NONE],
    ]);
    drain();
    const before = [peer.announced, peer.withdrawn];
    replace([
      [prefix('198.51.100.2/32'), NONE],
      [prefix('198.51.100.3/32'), NONE],
    ]);
    drain();
    expect([...peer.routes.keys()]).toEqual(['198.51.100.2/32', '198.51.100.3/32']);
    expect([peer.announced, peer.withdrawn]).toEqual([(before[0] ?? 0) + 1, 1]);
  });

  it('leave out a family that the session does not have', () => {
    begin({ ...EXTERNAL, families: ['IPv4'], nextHops: new Map([['IPv4', [parseAddress('192.0.2.1')]]]) });
    rib.set(prefix('2001:db8:1::1/128'), NONE);
    rib.delete(prefix('2001:db8:1::1/128'));
    rib.set(prefix('2001:db8:1::2/128'), NONE);
    rib.endInitialUpdate();
    drain();
    expect([peer.announced, peer.withdrawn, peer.endOfRibs]).toEqual([0, 0, ['IPv4']]);
  });
});

describe('messages', () => {
  it.each([
    [4096, 13],
    // As much as is looked at in one go.
    [65_535, Math.ceil(10_000 / PORTION)],
  ])('are filled up to %i octets', (maxMessageLength, count) => {
    for (const each of numbered(10_000)) rib.set(each, NONE);
    begin({ ...EXTERNAL, maxMessageLength });
    drain();
    expect([peer.messages.length, peer.routes.size]).toEqual([count, 10_000]);
    for (const each of numbered(10_000)) rib.delete(each);
    drain();
    expect([peer.messages.length, peer.routes.size]).toEqual([2 * count, 0]);
  });

  it('come in pieces of about the size asked for', () => {
    for (const each of numbered(10_000)) rib.set(each, NONE);
    begin(EXTERNAL);
    expect(rib.take(1)?.byteLength).toBeLessThanOrEqual(4096);
    expect(rib.take(10_000)?.byteLength).toBeLessThanOrEqual(10_000 + 4096);
    expect(rib.told().IPv4).toBeLessThan(4_000);
  });

  it('leave out attributes that fill a message, and withdraw what had others', () => {
    begin(EXTERNAL);
    rib.set(prefix('198.51.100.1/32'), NONE);
    drain();
    const communities = Array.from({ length: 1_020 }, (_, index) => index);
    rib.set(prefix('198.51.100.1/32'), { communities });
    rib.set(prefix('198.51.100.2/32'), { communities });
    drain();
    expect([peer.routes.size, peer.withdrawn]).toEqual([0, 1]);
    expect(rib.oversized()).toEqual({ count: 2, examples: [prefix('198.51.100.1/32'), prefix('198.51.100.2/32')] });
    begin({ ...EXTERNAL, maxMessageLength: 65_535 });
    drain();
    expect([peer.routes.size, rib.oversized().count]).toEqual([2, 0]);
  });
});

describe('End-of-RIB', () => {
  it('follows the routes, once for each family, even where there are none', () => {
    rib.set(prefix('198.51.100.1/32'), NONE);
    begin(EXTERNAL);
    rib.endInitialUpdate();
    rib.endInitialUpdate();
    drain();
    rib.set(prefix('198.51.100.2/32'), NONE);
    drain();
    expect(peer.messages.map((message) => 'nlri' in message && message.nlri.byteLength)).toEqual([5, 0, 0, 5]);
    expect(peer.endOfRibs).toEqual(['IPv4', 'IPv6']);
  });
});

describe('route refresh', () => {
  beforeEach(() => {
    rib.set(prefix('198.51.100.1/32'), NONE);
    rib.set(prefix('2001:db8:1::1/128'), NONE);
    begin(EXTERNAL);
  });

  it('tells the routes of the family again', () => {
    drain();
    rib.refresh('IPv4', false);
    drain();
    expect([peer.announced, peer.refreshes]).toEqual([3, []]);
  });

  it('is demarcated for a peer that knows it, but not before the End-of-RIB', () => {
    drain();
    rib.refresh('IPv6', true);
    drain();
    expect(peer.refreshes).toEqual([]);
    rib.endInitialUpdate();
    rib.refresh('IPv6', true);
    drain();
    expect(peer.refreshes).toEqual(['IPv6 1', 'IPv6 2']);
    expect(peer.messages.slice(-3)).toMatchObject([{ subtype: 1 }, { type: 'UPDATE' }, { subtype: 2 }]);
  });

  it('runs once more at most, however often it is asked for', () => {
    drain();
    rib.endInitialUpdate();
    for (let count = 0; count < 1_000; count++) rib.refresh('IPv4', true);
    drain();
    expect(peer.refreshes).toEqual(['IPv4 1', 'IPv4 2', 'IPv4 1', 'IPv4 2']);
    for (let count = 0; count < 1_000; count++) rib.refresh('IPv4', false);
    const before = peer.announced;
    drain();
    expect(peer.announced).toBe(before + 2);
  });

  it('still withdraws what goes meanwhile', () => {
    drain();
    rib.refresh('IPv4', false);
    rib.delete(prefix('198.51.100.1/32'));
    drain();
    expect([...peer.routes.keys()]).toEqual(['2001:db8:1::1/128']);
  });
});

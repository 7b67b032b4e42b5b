import { beforeEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/ip/address.ts';
import { parsePrefix as prefix } from '../../../../src/ip/prefix.ts';
import { hex } from '../octets.ts';
import { EXTERNAL } from './peer-table.ts';
import { begin, drain, peer, reset, rib } from './rib-rig.ts';

const NONE = {};
const V4 = '198.51.100.1/32';
const V6 = '2001:db8:1::1/128';
const IPV4 = ['IPv4', [parseAddress('192.0.2.1')]] as const;
const IPV6 = ['IPv6', [parseAddress('2001:db8::1')]] as const;
const OTHER = ['IPv6', [parseAddress('2001:db8::2')]] as const;
const hops = (...entries: readonly (readonly ['IPv4' | 'IPv6', readonly ReturnType<typeof parseAddress>[]])[]) =>
  new Map(entries);

/** The next hop of the IPv6 route, as the peer has it. */
const nextHop = () => {
  const attribute = peer.routes.get(V6)?.find(({ name }) => name === 'MP_REACH_NLRI');
  return attribute?.name === 'MP_REACH_NLRI' ? attribute.nextHop : undefined;
};

beforeEach(() => {
  reset();
  rib.set(prefix(V4), NONE);
  rib.set(prefix(V6), NONE);
});

describe('a family without a next hop', () => {
  it('has its End-of-RIB all the same, since a peer that keeps stale routes waits for it', () => {
    begin({ ...EXTERNAL, nextHops: hops(IPV4) });
    rib.endInitialUpdate();
    drain();
    expect([[...peer.routes.keys()], peer.endOfRibs]).toEqual([[V4], ['IPv4', 'IPv6']]);
  });

  it('has the beginning and the end of a refresh that the peer asks for', () => {
    begin({ ...EXTERNAL, nextHops: hops(IPV4) });
    rib.endInitialUpdate();
    rib.refresh('IPv6', true);
    drain();
    expect(peer.refreshes).toEqual(['IPv6 1', 'IPv6 2']);
  });

  it('has no End-of-RIB where it was not negotiated', () => {
    begin({ ...EXTERNAL, families: ['IPv4'], nextHops: hops(IPV4) });
    rib.endInitialUpdate();
    rib.refresh('IPv6', true);
    drain();
    expect([peer.endOfRibs, peer.refreshes]).toEqual([['IPv4'], []]);
  });
});

describe('next hops that change', () => {
  it('are told in place, of their family alone', () => {
    begin(EXTERNAL);
    rib.endInitialUpdate();
    drain();
    const before = peer.messages.length;
    rib.readdress(hops(IPV4, OTHER));
    drain();
    expect([nextHop(), peer.withdrawn, peer.messages.length - before]).toEqual([
      hex('20010db8 00000000 00000000 00000002'),
      0,
      1,
    ]);
    expect(rib.told()).toEqual({ IPv4: 1, IPv6: 1 });
  });

  it('cost nothing where they are the same', () => {
    begin(EXTERNAL);
    drain();
    const before = peer.messages.length;
    rib.readdress(new Map(EXTERNAL.nextHops));
    drain();
    expect(peer.messages).toHaveLength(before);
  });

  it('that go take the routes of their family along, and those that come bring them', () => {
    begin(EXTERNAL);
    rib.endInitialUpdate();
    drain();
    rib.readdress(hops(IPV4));
    drain();
    expect([[...peer.routes.keys()], rib.told()]).toEqual([[V4], { IPv4: 1, IPv6: 0 }]);
    rib.set(prefix('2001:db8:1::2/128'), NONE);
    drain();
    expect(peer.routes.size).toBe(1);
    rib.readdress(hops(IPV4, OTHER));
    drain();
    expect([...peer.routes.keys()]).toEqual([V4, V6, '2001:db8:1::2/128']);
    expect(peer.endOfRibs).toEqual(['IPv4', 'IPv6']);
  });

  it('withdraw IPv4 as it was told', () => {
    begin(EXTERNAL);
    drain();
    rib.readdress(hops(IPV6));
    drain();
    expect(peer.messages.at(-1)).toMatchObject({ withdrawn: hex('20 c6336401'), attributes: [] });
  });

  it('are never told once they are gone, not even of what was about to be said', () => {
    for (let index = 2; index < 4_000; index++) rib.set(prefix(`2001:db8:1::${index.toString(16)}/128`), NONE);
    begin(EXTERNAL);
    rib.endInitialUpdate();
    for (let round = 0; round < 4; round++) {
      const octets = rib.take(1);
      if (octets !== undefined) peer.receive(octets);
    }
    expect(peer.announced).toBeLessThan(4_000);
    rib.readdress(hops(IPV4));
    const before = peer.announced;
    drain();
    expect([peer.announced - before, [...peer.routes.keys()], peer.endOfRibs]).toEqual([0, [V4], ['IPv4', 'IPv6']]);
  });

  it('leave the End-of-RIB behind the routes', () => {
    begin({ ...EXTERNAL, nextHops: hops(IPV4) });
    rib.endInitialUpdate();
    rib.readdress(hops(IPV4, IPV6));
    drain();
    const kinds = peer.messages.map((message) => 'attributes' in message && message.attributes.length > 1);
    expect([kinds, peer.endOfRibs]).toEqual([
      [true, true, false, false],
      ['IPv4', 'IPv6'],
    ]);
  });

  it('pile nothing up for a peer that does not read', () => {
    for (let index = 2; index < 300; index++) rib.set(prefix(`2001:db8:1::${index.toString(16)}/128`), NONE);
    begin(EXTERNAL);
    drain();
    const before = peer.announced;
    for (let round = 0; round < 1_000; round++) rib.readdress(round % 2 === 0 ? hops(IPV4, OTHER) : hops(IPV4, IPV6));
    drain();
    expect(peer.announced - before).toBe(299);
  });

  it('count for nothing without a session', () => {
    rib.readdress(hops(IPV4));
    begin(EXTERNAL);
    drain();
    expect(peer.routes.size).toBe(2);
  });
});

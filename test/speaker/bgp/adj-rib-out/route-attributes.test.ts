import { beforeEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/ip/address.ts';
import { parsePrefix } from '../../../../src/ip/prefix.ts';
import { hex } from '../octets.ts';
import { EXTERNAL } from './peer-table.ts';
import { begin, drain, peer, reset, rib } from './rib-rig.ts';

const NONE = {};
const prefix = parsePrefix;

beforeEach(reset);

describe('attributes', () => {
  const ROUTE = { multiExitDisc: 5, localPref: 200, prepend: 2, communities: [7, 3, 7] };

  it('are those of an external peer', () => {
    begin(EXTERNAL);
    rib.set(prefix('198.51.100.1/32'), {
      ...ROUTE,
      largeCommunities: [
        [2, 1, 1],
        [1, 2, 3],
        [2, 1, 1],
      ],
    });
    drain();
    expect(peer.routes.get('198.51.100.1/32')).toEqual([
      { name: 'ORIGIN', origin: 'IGP' },
      { name: 'AS_PATH', segments: [{ type: 'AS_SEQUENCE', asNumbers: [65002, 65002, 65002] }] },
      { name: 'NEXT_HOP', address: 0xc0000201 },
      { name: 'MULTI_EXIT_DISC', metric: 5 },
      { name: 'COMMUNITIES', communities: [3, 7] },
      {
        name: 'LARGE_COMMUNITY',
        communities: [
          [1, 2, 3],
          [2, 1, 1],
        ],
      },
    ]);
  });

  it('are those of an internal peer', () => {
    begin({ ...EXTERNAL, internal: true });
    rib.set(prefix('198.51.100.1/32'), ROUTE);
    rib.set(prefix('198.51.100.2/32'), NONE);
    drain();
    expect(peer.routes.get('198.51.100.1/32')).toMatchObject([
      {},
      { name: 'AS_PATH', segments: [] },
      { name: 'NEXT_HOP' },
      { name: 'MULTI_EXIT_DISC', metric: 5 },
      { name: 'LOCAL_PREF', preference: 200 },
      { name: 'COMMUNITIES' },
    ]);
    expect(peer.routes.get('198.51.100.2/32')?.[3]).toEqual({ name: 'LOCAL_PREF', preference: 100 });
  });

  it('have an AS4_PATH for a peer with 2-octet AS numbers', () => {
    begin({ ...EXTERNAL, localAs: 4_200_000_001, fourOctetAs: false });
    rib.set(prefix('198.51.100.1/32'), NONE);
    drain();
    expect(peer.routes.get('198.51.100.1/32')).toMatchObject([
      {},
      { name: 'AS_PATH', segments: [{ asNumbers: [23456] }] },
      { name: 'raw', code: 17, value: hex('02 01 fa56ea01') },
      { name: 'NEXT_HOP' },
    ]);
  });

  it('put IPv6 into MP_REACH_NLRI, first of all attributes', () => {
    begin(EXTERNAL);
    rib.set(prefix('2001:db8:1::1/128'), NONE);
    drain();
    expect(peer.routes.get('2001:db8:1::1/128')).toMatchObject([
      { name: 'MP_REACH_NLRI', afi: 2, safi: 1, nextHop: hex('20010db8 00000000 00000000 00000001') },
      { name: 'ORIGIN' },
      { name: 'AS_PATH' },
    ]);
    expect(peer.routes.get('2001:db8:1::1/128')).toHaveLength(3);
  });

  it('put IPv4 with an IPv6 next hop into MP_REACH_NLRI, and its withdrawal into MP_UNREACH_NLRI', () => {
    const nextHops = new Map([['IPv4' as const, [parseAddress('2001:db8::1'), parseAddress('fe80::1')]]]);
    begin({ ...EXTERNAL, nextHops });
    rib.set(prefix('198.51.100.1/32'), NONE);
    drain();
    const nextHop = hex(`20010db8 ${'00'.repeat(11)}01 fe80 ${'00'.repeat(13)}01`);
    expect(peer.routes.get('198.51.100.1/32')?.[0]).toMatchObject({ name: 'MP_REACH_NLRI', afi: 1, nextHop });
    rib.delete(prefix('198.51.100.1/32'));
    drain();
    expect(peer.messages.at(-1)).toMatchObject({
      withdrawn: hex(''),
      attributes: [{ name: 'MP_UNREACH_NLRI', afi: 1, nlri: hex('20 c6336401') }],
    });
  });
});

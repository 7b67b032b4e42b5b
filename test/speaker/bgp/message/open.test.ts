import { describe, expect, it } from 'vitest';
import type { Capability } from '../../../../src/speaker/bgp/message/capability.ts';
import { decodeOpen, encodeOpen, type OpenMessage } from '../../../../src/speaker/bgp/message/open.ts';
import { hex, join, uint16 } from '../octets.ts';

const FIXED = '04 fdea 005a c0000201';
const open = (...capabilities: readonly Capability[]): OpenMessage => ({
  type: 'OPEN',
  asNumber: 65002,
  holdTime: 90,
  bgpIdentifier: 0xc0000201,
  capabilities,
});

const ROWS: readonly (readonly [name: string, message: OpenMessage, octets: string])[] = [
  ['no optional parameters', open(), '00'],
  ['IPv6 unicast', open({ capability: 'Multiprotocol', afi: 2, safi: 1 }), '08 02 06 01 04 0002 00 01'],
  [
    'flags alone',
    open({ capability: 'RouteRefresh' }, { capability: 'ExtendedMessage' }, { capability: 'EnhancedRouteRefresh' }),
    '08 02 06 02 00 06 00 46 00',
  ],
  [
    'IPv4 over IPv6 next hops',
    open({ capability: 'ExtendedNextHop', encodings: [{ afi: 1, safi: 1, nextHopAfi: 2 }] }),
    '0a 02 08 05 06 0001 0001 0002',
  ],
  ['4-octet AS number', open({ capability: 'FourOctetAsNumber', asNumber: 4_200_000_001 }), '08 02 06 41 04 fa56ea01'],
  [
    'graceful restart after a restart',
    open({
      capability: 'GracefulRestart',
      restarted: true,
      notification: true,
      restartTime: 120,
      families: [
        { afi: 1, safi: 1, forwarding: true },
        { afi: 2, safi: 1, forwarding: false },
      ],
    }),
    '0e 02 0c 40 0a c078 0001 01 80 0002 01 00',
  ],
  [
    'graceful restart, helper only',
    open({ capability: 'GracefulRestart', restarted: false, notification: false, restartTime: 0, families: [] }),
    '06 02 04 40 02 0000',
  ],
  [
    'an unknown capability',
    open({ capability: 'Unknown', code: 73, value: hex('03 666f6f 00') }),
    '09 02 07 49 05 03666f6f00',
  ],
];

describe('OPEN', () => {
  it.each(ROWS)('writes %s', (_name, message, octets) => expect(encodeOpen(message)).toEqual(hex(FIXED + octets)));
  it.each(ROWS)('reads %s', (_name, message, octets) =>
    expect(decodeOpen(hex(FIXED + octets))).toEqual({ ok: true, message }),
  );

  it('reads capabilities from several optional parameters', () => {
    const message = open({ capability: 'RouteRefresh' }, { capability: 'ExtendedMessage' });
    expect(decodeOpen(hex(`${FIXED} 08 02 02 02 00 02 02 06 00`))).toEqual({ ok: true, message });
  });

  it('takes the extended format, however short the parameters are', () => {
    const message = open({ capability: 'RouteRefresh' });
    for (const length of ['ff', '07', '01']) {
      expect(decodeOpen(hex(`${FIXED} ${length} ff 0005 02 0002 02 00`))).toEqual({ ok: true, message });
    }
    expect(decodeOpen(hex(`${FIXED} ff ff 0000`))).toEqual({ ok: true, message: open() });
  });

  it('goes over to the extended format where the parameters exceed 255 octets', () => {
    const capability = (length: number) => ({
      capability: 'Unknown' as const,
      code: 200,
      value: new Uint8Array(length),
    });
    const fits = encodeOpen(open(capability(100), capability(149)));
    expect(fits[9]).toBe(255);
    expect(fits[10]).toBe(2);
    const message = open(capability(100), capability(150));
    const octets = encodeOpen(message);
    const value = join(hex('c8 64'), new Uint8Array(100), hex('c8 96'), new Uint8Array(150));
    expect(octets).toEqual(join(hex(FIXED), hex('ff ff'), uint16(257), hex('02'), uint16(254), value));
    expect(decodeOpen(octets)).toEqual({ ok: true, message });
    expect(decodeOpen(fits)).toEqual({ ok: true, message: open(capability(100), capability(149)) });
  });

  it.each([
    ['version 3', '03 fdea 005a c0000201 00', 1, '0004'],
    ['an unknown optional parameter', `${FIXED} 04 01 02 0000`, 4, ''],
    ['type 255 behind another parameter', `${FIXED} 06 02 02 02 00 ff 00`, 4, ''],
    ['parameters shorter than said', `${FIXED} 05 02 02 02 00`, 0, ''],
    ['octets behind the parameters', `${FIXED} 00 00`, 0, ''],
    ['a parameter that ends too soon', `${FIXED} 04 02 04 02 00`, 0, ''],
    ['half a parameter header', `${FIXED} 01 02`, 0, ''],
    ['an extended length that is wrong', `${FIXED} ff ff 0009 02 0002 02 00`, 0, ''],
    ['an extended parameter that ends too soon', `${FIXED} ff ff 0005 02 0003 02 00`, 0, ''],
    ['half a capability', `${FIXED} 03 02 01 02`, 0, ''],
    ['a capability that ends too soon', `${FIXED} 06 02 04 41 04 0000`, 0, ''],
    ['a multiprotocol capability of 3 octets', `${FIXED} 07 02 05 01 03 000200`, 0, ''],
    ['a route refresh capability with a value', `${FIXED} 05 02 03 02 01 00`, 0, ''],
    ['an AS number of 2 octets', `${FIXED} 06 02 04 41 02 fdea`, 0, ''],
    ['a graceful restart capability of 3 octets', `${FIXED} 07 02 05 40 03 000000`, 0, ''],
    ['an extended next hop of 5 octets', `${FIXED} 09 02 07 05 05 0001000100`, 0, ''],
    ['an extended message capability with a value', `${FIXED} 05 02 03 06 01 00`, 0, ''],
    ['an enhanced route refresh capability with a value', `${FIXED} 05 02 03 46 01 00`, 0, ''],
  ])('answers %s', (_name, octets, subcode, data) => {
    const answer = { type: 'NOTIFICATION', code: 2, subcode, data: hex(data) };
    expect(decodeOpen(hex(octets))).toEqual({ ok: false, notification: answer });
  });
});

import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/ip/address.ts';
import { encodeAttributes, u32 } from '../../../src/os/netlink/attribute.ts';
import { decodeDefaultRoute } from '../../../src/os/netlink/default-route.ts';
import { payload } from './payloads.ts';

const RTN_UNREACHABLE = 7;

function gatewaysOf(bytes: Uint8Array): readonly string[] | undefined {
  return decodeDefaultRoute(bytes)?.map(({ interfaceIndex, address }) => `${formatAddress(address)} ${interfaceIndex}`);
}

describe('decodeDefaultRoute', () => {
  it.each([
    ['routeDefault', ['192.0.2.1 4']],
    ['routeDefaultIPv6', ['2001:db8::7 4']],
    ['routeMultipath', ['2001:db8::1 4', '2001:db8::2 4']],
    ['routeSpecific', undefined],
  ] as const)('reads %s', (name, gateways) => {
    expect(gatewaysOf(payload(name))).toEqual(gateways);
  });

  it('reads a gateway of the other family (RFC 8950)', () => {
    const via = Buffer.from('0a00fe800000000000000000000000000001', 'hex');
    const bytes = Buffer.concat([
      payload('routeDefault').subarray(0, 12),
      encodeAttributes([
        [18, via],
        [4, u32(4)],
      ]),
    ]);
    expect(gatewaysOf(bytes)).toEqual(['fe80::1 4']);
  });

  it('finds no gateway in a route without one', () => {
    expect(gatewaysOf(payload('routeDefault').subarray(0, 12))).toEqual([]);
  });

  it('ignores a route that refuses', () => {
    const bytes = payload('routeDefault');
    bytes[7] = RTN_UNREACHABLE;
    expect(decodeDefaultRoute(bytes)).toBeUndefined();
  });

  it('stops at a next hop whose length is wrong', () => {
    for (const length of [0, 7, 255]) {
      const bytes = payload('routeMultipath');
      bytes[64 - 32] = length;
      expect(gatewaysOf(bytes)).toEqual([]);
    }
  });

  it('ignores a message without a whole header', () => {
    for (let length = 0; length < 12; length++) {
      expect(decodeDefaultRoute(payload('routeDefault').subarray(0, length))).toBeUndefined();
    }
  });
});

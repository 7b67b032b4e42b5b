import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { encodeRouteLookup, isLocalRoute } from '../../../src/os/netlink/route-lookup.ts';

describe('encodeRouteLookup', () => {
  it.each([
    ['192.0.2.50', '022000000000000000000000' + '08000100c0000232'],
    ['2001:db8::50', '0a8000000000000000000000' + '1400010020010db8000000000000000000000050'],
  ])('asks for the route to %s, as iproute2 does', (address, hex) => {
    expect(Buffer.from(encodeRouteLookup(parseAddress(address))).toString('hex')).toBe(hex);
  });
});

describe('isLocalRoute', () => {
  it.each([
    ['this host', 2, true],
    ['another machine', 1, false],
    ['nobody', 7, false],
  ])('tells whether a packet is for %s', (_whom, type, isLocal) => {
    const payload = new Uint8Array(12);
    payload[7] = type;
    expect(isLocalRoute(payload)).toBe(isLocal);
  });

  it('takes a message without a whole header for none', () => {
    expect(isLocalRoute(new Uint8Array(11).fill(2))).toBe(false);
  });
});

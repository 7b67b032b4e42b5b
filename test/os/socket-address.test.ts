import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { decodeSocketAddress, encodeSocketAddress, unspecifiedAddress } from '../../src/os/socket-address.ts';

/** AF_* and scope in the byte order of the machine, the rest in network order. */
const half = (value: number) => Buffer.from(Uint16Array.of(value).buffer).toString('hex');
const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString('hex');

describe('encodeSocketAddress', () => {
  it.each([
    ['192.0.2.1', 0, `${half(2)}0ec8c00002010000000000000000`],
    ['192.0.2.1', 7, `${half(2)}0ec8c00002010000000000000000`],
    ['2001:db8::1', 7, `${half(10)}0ec80000000020010db8000000000000000000000001${word(0)}`],
    ['fe80::1', 7, `${half(10)}0ec800000000fe800000000000000000000000000001${word(7)}`],
    ['febf:ffff::1', 7, `${half(10)}0ec800000000febfffff000000000000000000000001${word(7)}`],
    ['fec0::1', 7, `${half(10)}0ec800000000fec00000000000000000000000000001${word(0)}`],
  ])('writes %s on interface %d', (text, index, hex) => {
    const bytes = encodeSocketAddress({ address: parseAddress(text), port: 3784 }, index);
    expect(Buffer.from(bytes).toString('hex')).toBe(hex);
  });
});

describe('decodeSocketAddress', () => {
  it('reads back what was written, in a buffer for either family', () => {
    const anyAddress = fc.oneof(
      fc.nat(0xffff_ffff).map((value) => ({ family: 'IPv4' as const, value })),
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 'IPv6' as const, value })),
    );
    fc.assert(
      fc.property(anyAddress, fc.nat(65_535), (address, port) => {
        const buffer = new Uint8Array(28);
        buffer.set(encodeSocketAddress({ address, port }, 3));
        expect(decodeSocketAddress(buffer)).toEqual({ address, port });
      }),
    );
  });

  it.each([
    ['nothing', new Uint8Array(28)],
    ['another family', Uint8Array.of(1, 1, ...new Array(26).fill(0))],
  ])('reads %s as nobody', (_name, bytes) => expect(decodeSocketAddress(bytes)).toBeUndefined());
});

describe('unspecifiedAddress', () => {
  it('is all zeros', () => {
    expect(formatAddress(unspecifiedAddress('IPv4'))).toBe('0.0.0.0');
    expect(formatAddress(unspecifiedAddress('IPv6'))).toBe('::');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressError, parseAddress } from '../../src/ip/address.ts';
import {
  type AddressRange,
  formatRange,
  parseAddressOrRange,
  parseRange,
  rangeContains,
  rangeOfAddress,
  rangesOverlap,
} from '../../src/ip/range.ts';
import { anyIPv4, anyIPv6 } from './arbitraries.ts';

const anyRange: fc.Arbitrary<AddressRange> = fc.oneof(
  fc.tuple(anyIPv4, anyIPv4).map(([{ value: a }, { value: b }]): AddressRange => {
    return { family: 'IPv4', first: Math.min(a, b), last: Math.max(a, b) };
  }),
  fc.tuple(anyIPv6, anyIPv6).map(([{ value: a }, { value: b }]): AddressRange => {
    return a < b ? { family: 'IPv6', first: a, last: b } : { family: 'IPv6', first: b, last: a };
  }),
);

describe('parseRange', () => {
  it.each([
    ['192.0.2.10-192.0.2.20', '192.0.2.10-192.0.2.20'],
    ['192.0.2.10 - 192.0.2.20', '192.0.2.10-192.0.2.20'],
    ['192.0.2.10-192.0.2.10', '192.0.2.10'],
    ['0.0.0.0-255.255.255.255', '0.0.0.0-255.255.255.255'],
    ['192.0.2.77/24', '192.0.2.0-192.0.2.255'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['2001:DB8::1-2001:db8:0::f', '2001:db8::1-2001:db8::f'],
    ['2001:db8::/127', '2001:db8::-2001:db8::1'],
  ])('%s is %s', (text, range) => {
    expect(formatRange(parseRange(text))).toBe(range);
  });

  it.each([
    ['192.0.2.1', 'is neither CIDR nor first-last: for one address write 192.0.2.1/32'],
    ['2001:db8::1', 'is neither CIDR nor first-last: for one address write 2001:db8::1/128'],
    ['192.0.2.20-192.0.2.10', 'runs backwards: write the lower address first'],
    ['2001:db8::2-2001:db8::1', 'runs backwards: write the lower address first'],
    ['192.0.2.1-2001:db8::1', 'mixes IPv4 and IPv6: write both ends in one family'],
    ['2001:db8::1-192.0.2.1', 'mixes IPv4 and IPv6: write both ends in one family'],
  ])('refuses %s, which %s', (text, reason) => {
    expect(() => parseRange(text)).toThrow(`"${text}" ${reason}`);
  });

  it.each(['', '-', '192.0.2.1-', '-192.0.2.1', '192.0.2.1-20', '192.0.2.1-192.0.2.2-192.0.2.3', '192.0.2.0/24-25'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseRange(text)).toThrow(AddressError);
    },
  );

  it('undoes formatRange, but for one address, which needs its prefix length', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        const text = formatRange(range);
        expect(parseRange(text.includes('-') ? text : `${text}/${text.includes(':') ? 128 : 32}`)).toEqual(range);
      }),
    );
  });
});

describe('parseAddressOrRange', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['192.0.2.0/31', '192.0.2.0-192.0.2.1'],
    ['2001:db8::1-2001:db8::2', '2001:db8::1-2001:db8::2'],
  ])('%s is %s', (text, range) => {
    expect(formatRange(parseAddressOrRange(text))).toBe(range);
  });

  it.each(['', '192.0.2', 'gateway', '192.0.2.2-192.0.2.1'])('refuses "%s"', (text) => {
    expect(() => parseAddressOrRange(text)).toThrow(AddressError);
  });
});

describe('rangeContains', () => {
  it.each([
    ['192.0.2.10-192.0.2.20', '192.0.2.9', false],
    ['192.0.2.10-192.0.2.20', '192.0.2.10', true],
    ['192.0.2.10-192.0.2.20', '192.0.2.20', true],
    ['192.0.2.10-192.0.2.20', '192.0.2.21', false],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '192.0.2.1', false],
    ['2001:db8::/127', '2001:db8::1', true],
    ['2001:db8::/127', '2001:db8::2', false],
  ])('%s and %s: %s', (range, address, contained) => {
    expect(rangeContains(parseRange(range), parseAddress(address))).toBe(contained);
  });

  it('is true of the address alone in its own range', () => {
    const address = parseAddress('2001:db8::1');
    expect(formatRange(rangeOfAddress(address))).toBe('2001:db8::1');
    expect(rangeContains(rangeOfAddress(address), address)).toBe(true);
  });
});

describe('rangesOverlap', () => {
  it.each([
    ['192.0.2.10-192.0.2.20', '192.0.2.20-192.0.2.30', true],
    ['192.0.2.10-192.0.2.20', '192.0.2.21-192.0.2.30', false],
    ['192.0.2.0/24', '192.0.2.77/32', true],
    ['0.0.0.0/0', '::/0', false],
    ['2001:db8::/64', '2001:db8:0:1::/64', false],
    ['2001:db8::/63', '2001:db8:0:1::/64', true],
  ])('%s and %s: %s, whichever comes first', (a, b, overlap) => {
    expect(rangesOverlap(parseRange(a), parseRange(b))).toBe(overlap);
    expect(rangesOverlap(parseRange(b), parseRange(a))).toBe(overlap);
  });
});

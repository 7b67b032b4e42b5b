import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressError, parseAddress } from '../../src/ip/address.ts';
import { bitsOf } from '../../src/ip/family.ts';
import { familyOfPrefix, parsePrefix, prefixContains } from '../../src/ip/prefix.ts';
import { formatRange, rangeContains, rangeOfPrefix } from '../../src/ip/range.ts';
import { anyAddress } from './arbitraries.ts';

const anyPrefix = anyAddress.chain((address) => fc.nat(bitsOf(address.family)).map((length) => ({ address, length })));

describe('parsePrefix', () => {
  it('keeps the host bits, as an interface has them', () => {
    expect(parsePrefix('192.0.2.11/24')).toEqual({ address: parseAddress('192.0.2.11'), length: 24 });
    expect(parsePrefix('2001:db8::11/64')).toEqual({ address: parseAddress('2001:db8::11'), length: 64 });
  });

  it.each(['0.0.0.0/0', '192.0.2.1/32', '::/0', '::1/128'])('takes the longest and the shortest: %s', (text) => {
    expect(parsePrefix(text).length).toBe(Number(text.split('/')[1]));
  });

  it.each([
    ['192.0.2.1', 'has no prefix length: write it as address/length'],
    ['192.0.2.0/33', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/-1', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/024', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/2e1', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/24 ', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/24/24', 'has a prefix length that is not a number from 0 to 32'],
    ['192.0.2.0/255.255.255.0', 'has a prefix length that is not a number from 0 to 32'],
    ['2001:db8::/129', 'has a prefix length that is not a number from 0 to 128'],
  ])('refuses %s, which %s', (text, reason) => {
    expect(() => parsePrefix(text)).toThrow(`"${text}" ${reason}`);
  });

  it('names the address where that is at fault', () => {
    expect(() => parsePrefix('192.0.2/24')).toThrow(AddressError);
    expect(() => parsePrefix('192.0.2/24')).toThrow('"192.0.2" is not an IP address');
  });

  it('tells the family', () => {
    expect(familyOfPrefix(parsePrefix('192.0.2.0/24'))).toBe('IPv4');
    expect(familyOfPrefix(parsePrefix('2001:db8::/64'))).toBe('IPv6');
  });
});

describe('rangeOfPrefix', () => {
  it.each([
    ['192.0.2.77/24', '192.0.2.0-192.0.2.255'],
    ['192.0.2.77/32', '192.0.2.77'],
    ['192.0.2.77/31', '192.0.2.76-192.0.2.77'],
    ['200.1.2.3/1', '128.0.0.0-255.255.255.255'],
    ['192.0.2.77/0', '0.0.0.0-255.255.255.255'],
    ['2001:db8::1:2:3:4/64', '2001:db8::-2001:db8::ffff:ffff:ffff:ffff'],
    ['2001:db8::9/128', '2001:db8::9'],
    ['2001:db8::/0', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('%s is %s', (text, range) => {
    expect(formatRange(rangeOfPrefix(parsePrefix(text)))).toBe(range);
  });
});

describe('prefixContains', () => {
  it.each([
    ['192.0.2.11/24', '192.0.2.0', true],
    ['192.0.2.11/24', '192.0.2.255', true],
    ['192.0.2.11/24', '192.0.1.255', false],
    ['192.0.2.11/24', '192.0.3.0', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['255.255.255.255/32', '255.255.255.254', false],
    ['2001:db8::11/64', '2001:db8::ffff:ffff:ffff:ffff', true],
    ['2001:db8::11/64', '2001:db8:0:1::', false],
    ['::/0', '192.0.2.1', false],
    ['0.0.0.0/0', '::1', false],
  ])('%s and %s: %s', (prefix, address, contained) => {
    expect(prefixContains(parsePrefix(prefix), parseAddress(address))).toBe(contained);
  });

  it('agrees with the range of the prefix', () => {
    fc.assert(
      fc.property(anyPrefix, anyAddress, (prefix, address) => {
        expect(prefixContains(prefix, address)).toBe(rangeContains(rangeOfPrefix(prefix), address));
        expect(prefixContains(prefix, prefix.address)).toBe(true);
      }),
    );
  });
});

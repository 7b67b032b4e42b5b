import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Address,
  AddressError,
  compareAddresses,
  formatAddress,
  includesAddress,
  parseAddress,
  parseOrUndefined,
} from '../../src/ip/address.ts';
import { anyAddress } from './arbitraries.ts';

const ipv4 = (value: number): Address => ({ family: 'IPv4', value });
const ipv6 = (value: bigint): Address => ({ family: 'IPv6', value });

describe('an IPv4 address', () => {
  it.each([
    ['0.0.0.0', 0],
    ['0.0.0.1', 1],
    ['10.0.0.1', 0x0a000001],
    ['127.255.255.255', 0x7fffffff],
    ['128.0.0.0', 0x80000000],
    ['192.0.2.10', 0xc000020a],
    ['255.255.255.255', 2 ** 32 - 1],
  ])('%s is %d, and back', (text, value) => {
    expect(parseAddress(text)).toEqual(ipv4(value));
    expect(formatAddress(ipv4(value))).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['three numbers', '192.0.2'],
    ['five numbers', '192.0.2.1.1'],
    ['a number above 255', '192.0.2.256'],
    ['a leading zero, which some read as octal', '192.0.02.1'],
    ['a hexadecimal number', '0xc0.0.2.1'],
    ['one integer', '3221225994'],
    ['a sign', '192.0.2.+1'],
    ['a space before', ' 192.0.2.1'],
    ['a line end', '192.0.2.1\n'],
    ['digits of another script', '１９２.0.2.1'],
    ['a name', 'gateway.example'],
  ])('is not %s', (_, text) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
    expect(() => parseAddress(text)).toThrow('is not an IP address: write four decimal numbers such as 192.0.2.10');
  });
});

describe('an IPv6 address', () => {
  // RFC 4291 section 2.2: the three text forms, each with the canonical text of RFC 5952.
  it.each([
    ['ABCD:EF01:2345:6789:ABCD:EF01:2345:6789', 'abcd:ef01:2345:6789:abcd:ef01:2345:6789'],
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['2001:DB8::8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['FF01:0:0:0:0:0:0:101', 'ff01::101'],
    ['FF01::101', 'ff01::101'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::', '::'],
    ['0:0:0:0:0:0:13.1.68.3', '::d01:4403'],
    ['::13.1.68.3', '::d01:4403'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    // RFC 5952 section 4: leading zeros, the longest run, the first of equal runs, no run of one, lower case.
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AAAA', '2001:db8::aaaa'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('%s is %s', (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
    expect(parseAddress(canonical)).toEqual(parseAddress(text));
  });

  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['0:0:0:1::', 2n ** 64n],
    ['2001:db8::10', 0x20010db8_00000000_00000000_00000010n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n - 1n],
  ])('%s is %d', (text, value) => {
    expect(parseAddress(text)).toEqual(ipv6(value));
  });

  it.each([
    ['two gaps', '2001::db8::1'],
    ['seven groups', '1:2:3:4:5:6:7'],
    ['nine groups', '1:2:3:4:5:6:7:8:9'],
    ['a gap beside eight groups', '1::2:3:4:5:6:7:8'],
    ['three colons', ':::'],
    ['one colon before', ':1:2:3:4:5:6:7'],
    ['five digits in a group', '12345::'],
    ['another letter', '2001:db8::g'],
    ['brackets', '[2001:db8::1]'],
    ['a port', '[2001:db8::1]:80'],
    ['a broken IPv4 end', '::192.0.2'],
    ['an IPv4 end with leading zeros', '::192.0.02.1'],
    ['an IPv4 end after seven groups', '1:2:3:4:5:6:7:192.0.2.1'],
    ['a space after', '::1 '],
  ])('is not %s', (_, text) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
    expect(() => parseAddress(text)).toThrow('is not an IP address: write it as in RFC 4291 section 2.2');
  });
});

describe('parseAddress', () => {
  it.each([
    ['192.0.2.0/24', 'has a prefix length: write the address alone'],
    ['2001:db8::/64', 'has a prefix length: write the address alone'],
    ['fe80::1%eth0', 'has a zone: write the address without "%" and what follows'],
    ['::ffff:192.0.2.1', 'is an IPv4-mapped IPv6 address: write the IPv4 address'],
    ['::FFFF:C000:201', 'is an IPv4-mapped IPv6 address: write the IPv4 address'],
  ])('refuses %s, which %s', (text, reason) => {
    expect(() => parseAddress(text)).toThrow(`"${text}" ${reason}`);
  });

  it('takes the neighbours of the IPv4-mapped addresses', () => {
    expect(parseAddress('::fffe:ffff:ffff')).toEqual(ipv6(0xffff_0000_0000n - 1n));
    expect(parseAddress('::1:0:0:0')).toEqual(ipv6(0x1_0000_0000_0000n));
  });

  it('undoes formatAddress', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });
});

describe('compareAddresses', () => {
  it('puts IPv4 before IPv6, then the lower first', () => {
    const sorted = [ipv4(0), ipv4(9), ipv4(2 ** 32 - 1), ipv6(0n), ipv6(9n), ipv6(2n ** 128n - 1n)];
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) expect(Math.sign(compareAddresses(a, b))).toBe(Math.sign(i - j));
    }
  });
});

describe('includesAddress', () => {
  it('goes by family and value', () => {
    const list = [ipv4(1), ipv6(2n)];
    expect(list.every((each) => includesAddress(list, { ...each }))).toBe(true);
    expect([ipv4(2), ipv6(1n)].some((each) => includesAddress(list, each))).toBe(false);
  });
});

describe('parseOrUndefined', () => {
  it('gives what the parser makes of the text, and nothing where it understands none', () => {
    expect(parseOrUndefined('192.0.2.1', parseAddress)).toEqual(ipv4(0xc0000201));
    expect(parseOrUndefined('192.0.2', parseAddress)).toBeUndefined();
  });

  it('passes on what is no fault of the text', () => {
    const broken = () => {
      throw new TypeError('a fault of ours');
    };
    expect(() => parseOrUndefined('192.0.2.1', broken)).toThrow(TypeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/ip/address.ts';
import { type AddressRange, parseRange, rangeOfPrefix } from '../../src/ip/range.ts';
import { prefixesOfRange } from '../../src/ip/range-prefixes.ts';

const text = (range: AddressRange) =>
  prefixesOfRange(range).map(({ address, length }) => `${formatAddress(address)}/${length}`);

describe('prefixesOfRange', () => {
  it.each([
    ['192.0.2.0/24', ['192.0.2.0/24']],
    ['192.0.2.7-192.0.2.7', ['192.0.2.7/32']],
    ['192.0.2.1-192.0.2.6', ['192.0.2.1/32', '192.0.2.2/31', '192.0.2.4/31', '192.0.2.6/32']],
    ['0.0.0.0-255.255.255.255', ['0.0.0.0/0']],
    ['255.255.255.254-255.255.255.255', ['255.255.255.254/31']],
    ['2001:db8::/64', ['2001:db8::/64']],
    ['2001:db8::ffff-2001:db8::1:0', ['2001:db8::ffff/128', '2001:db8::1:0/128']],
    ['::/0', ['::/0']],
  ])('%s is %j', (range, prefixes) => {
    expect(text(parseRange(range))).toEqual(prefixes);
  });

  const ranges = fc
    .oneof(
      fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })).map((ends) => {
        const [first = 0, last = 0] = ends.sort((a, b) => a - b);
        return { family: 'IPv4', first, last } as const;
      }),
      fc.tuple(fc.bigInt(0n, (1n << 128n) - 1n), fc.bigInt(0n, (1n << 128n) - 1n)).map((ends) => {
        const [first = 0n, last = 0n] = ends.sort((a, b) => (a < b ? -1 : 1));
        return { family: 'IPv6', first, last } as const;
      }),
    )
    .map((range): AddressRange => range);

  it('covers a range without a gap, an overlap, or two prefixes that are one', () => {
    fc.assert(
      fc.property(ranges, (range) => {
        const prefixes = prefixesOfRange(range);
        const parts = prefixes.map(rangeOfPrefix).map(({ first, last }) => [BigInt(first), BigInt(last)] as const);
        expect(parts[0]?.[0]).toBe(BigInt(range.first));
        expect(parts.at(-1)?.[1]).toBe(BigInt(range.last));
        for (const [index, [first]] of parts.slice(1).entries()) {
          const [before = 0n, last = 0n] = parts[index] ?? [];
          expect(first).toBe(last + 1n);
          const isPair = prefixes[index]?.length === prefixes[index + 1]?.length;
          expect(isPair && before % (2n * (last - before + 1n)) === 0n).toBe(false);
        }
      }),
    );
  });
});

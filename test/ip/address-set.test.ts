import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../src/ip/address.ts';
import { AddressSet } from '../../src/ip/address-set.ts';
import { formatRange, parseRange } from '../../src/ip/range.ts';

function setOf(...ranges: readonly string[]): AddressSet {
  const set = new AddressSet();
  for (const range of ranges) set.add(parseRange(range));
  return set;
}

function lowest(set: AddressSet, range: string): string | undefined {
  const address = set.lowestIn(parseRange(range));
  return address && formatAddress(address);
}

describe('an address set', () => {
  it('keeps the families apart', () => {
    const set = setOf('0.0.0.0/24');
    expect(set.has(parseAddress('0.0.0.1'))).toBe(true);
    expect(set.has(parseAddress('::1'))).toBe(false);
    expect([set.count('IPv4'), set.count('IPv6')]).toEqual([256n, 0n]);
    expect([set.isEmpty('IPv4'), set.isEmpty('IPv6')]).toEqual([false, true]);
  });

  it('lists IPv4 before IPv6, ascending', () => {
    const set = setOf('2001:db8::/127', '192.0.2.8/31', '192.0.2.0/31');
    expect([...set.ranges()].map(formatRange)).toEqual([
      '192.0.2.0-192.0.2.1',
      '192.0.2.8-192.0.2.9',
      '2001:db8::-2001:db8::1',
    ]);
  });

  it.each([
    ['192.0.2.0/30', '2001:db8::/126', '192.0.2.1', '192.0.2.2'],
    ['2001:db8::/126', '192.0.2.0/30', '2001:db8::1', '2001:db8::2'],
  ])('takes addresses and ranges out and in again: %s', (range, other, second, third) => {
    const set = setOf(range, other);
    set.removeAddress(parseAddress(second));
    expect(lowest(set, `${second}-${third}`)).toBe(third);
    set.remove(parseRange(`${second}-${third}`));
    expect(lowest(set, `${second}-${third}`)).toBeUndefined();
    set.addAddress(parseAddress(second));
    expect(lowest(set, range)).not.toBe(second);
    expect(lowest(set, `${second}-${third}`)).toBe(second);
    const { family } = parseAddress(second);
    expect(set.count(family)).toBe(3n);
    expect(set.count(family === 'IPv4' ? 'IPv6' : 'IPv4')).toBe(4n);
  });

  it('counts all of IPv6', () => {
    expect(setOf('::/0').count('IPv6')).toBe(2n ** 128n);
  });
});

describe('an address set without buggy addresses', () => {
  const inBlocks = fc.integer({ min: 0, max: 4 * 256 - 1 });
  const anyRange = fc.tuple(inBlocks, inBlocks).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const anyStep = fc.record({ range: anyRange, isRemoved: fc.boolean() });

  it('holds what a plain set of numbers would, less those that end in .0 and .255', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 8 }), anyRange, (steps, [from, to]) => {
        const set = new AddressSet({ withoutBuggy: true });
        const plain = new Set<number>();
        for (const { range, isRemoved } of steps) {
          const [first, last] = range;
          if (isRemoved) set.remove({ family: 'IPv4', first, last });
          else set.add({ family: 'IPv4', first, last });
          for (let value = first; value <= last; value++) {
            if (isRemoved) plain.delete(value);
            else if (value % 256 !== 0 && value % 256 !== 255) plain.add(value);
          }
        }
        expect(set.count('IPv4')).toBe(BigInt(plain.size));
        const all = Array.from({ length: 4 * 256 }, (_, value) => value);
        expect(all.filter((value) => set.has({ family: 'IPv4', value }) !== plain.has(value))).toEqual([]);
        const lowestValue = [...plain].filter((value) => value >= from && value <= to).sort((a, b) => a - b)[0];
        expect(set.lowestIn({ family: 'IPv4', first: from, last: to })?.value).toBe(lowestValue);
        const again = new AddressSet({ withoutBuggy: true });
        for (const range of set.ranges()) again.add(range);
        expect([...again.ranges()]).toEqual([...set.ranges()]);
        expect(again.count('IPv4')).toBe(set.count('IPv4'));
      }),
    );
  });

  it('keeps all of IPv4 as one interval, and IPv6 as it is', () => {
    const set = new AddressSet({ withoutBuggy: true });
    set.add(parseRange('0.0.0.0/0'));
    set.add(parseRange('2001:db8::/120'));
    expect([...set.ranges()].map(formatRange)).toEqual(['0.0.0.1-255.255.255.254', '2001:db8::-2001:db8::ff']);
    expect([set.count('IPv4'), set.count('IPv6')]).toEqual([BigInt(2 ** 24 * 254), 256n]);
  });
});

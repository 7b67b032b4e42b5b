import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Segments } from '../../src/announcement/segments.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { parsePrefix, prefixContains } from '../../src/ip/prefix.ts';

const ipv4 = fc.tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(255)).map(([a, c, d]) => `${a}.0.${c}.${d}`);
const ipv6 = fc.tuple(fc.nat(2), fc.nat(0xffff)).map(([a, b]) => `2001:db8:${a}::${b.toString(16)}`);
const prefix = fc.oneof(
  fc.tuple(ipv4, fc.constantFrom(0, 8, 22, 24, 25, 32)).map(([address, length]) => `${address}/${length}`),
  fc.tuple(ipv6, fc.constantFrom(0, 47, 64, 120, 128)).map(([address, length]) => `${address}/${length}`),
);

describe('Segments', () => {
  it('counts the prefixes of one network once', () => {
    const segments = new Segments();
    expect(segments.networkOf('192.0.2.11/24')).toBe(segments.networkOf('192.0.2.12/24'));
    expect(segments.networkOf('192.0.2.11/24')).not.toBe(segments.networkOf('192.0.2.11/25'));
  });

  it.each(['', 'eth0', '192.0.2.11', '192.0.2.11/33', '2001:db8::/129'])('passes over "%s"', (text) => {
    expect(new Segments().networkOf(text)).toBeUndefined();
  });

  it('gives addresses of the same networks the same segment, and families different ones', () => {
    const segments = new Segments();
    segments.networkOf('192.0.2.11/24');
    const segmentOf = (text: string) => segments.segmentOf(parseAddress(text));
    expect(segmentOf('192.0.2.1')).toBe(segmentOf('192.0.2.255'));
    expect(segmentOf('198.51.100.1')).toBe(segmentOf('203.0.113.1'));
    expect(segmentOf('198.51.100.1')).not.toBe(segmentOf('2001:db8::1'));
  });

  it('finds the networks that contain an address, as asking each prefix does', () => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 10 }), fc.oneof(ipv4, ipv6), (prefixes, text) => {
        const segments = new Segments();
        const networks = prefixes.map((each) => segments.networkOf(each));
        const address = parseAddress(text);
        const expected = networks.filter((_, i) => prefixContains(parsePrefix(prefixes[i] ?? ''), address));
        expect(segments.segmentOf(address).networks).toEqual(new Set(expected));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrefix } from '../../../../src/ip/prefix.ts';
import { countNlri, encodeNlri, nlriLength, prefixesOf } from '../../../../src/speaker/bgp/message/nlri.ts';
import { OctetWriter } from '../../../../src/speaker/bgp/message/octet-writer.ts';
import { anyPrefix } from '../arbitraries.ts';
import { hex } from '../octets.ts';

const encoded = (text: string) => {
  const writer = new OctetWriter(1);
  encodeNlri(writer, parsePrefix(text));
  return writer.finish();
};

const ROWS: readonly (readonly [text: string, octets: string])[] = [
  ['192.0.2.1/32', '20 c0000201'],
  ['192.0.2.0/24', '18 c00002'],
  ['198.51.100.128/25', '19 c6336480'],
  ['10.0.0.0/8', '08 0a'],
  ['128.0.0.0/1', '01 80'],
  ['0.0.0.0/0', '00'],
  ['255.255.255.255/32', '20 ffffffff'],
  ['2001:db8::1/128', '80 20010db8 00000000 00000000 00000001'],
  ['2001:db8::/32', '20 20010db8'],
  ['2001:db8:1::/48', '30 20010db8 0001'],
  ['2001:db8:0:8000::/49', '31 20010db8 000080'],
  ['::/0', '00'],
];

describe('encodeNlri', () => {
  it.each(ROWS)('writes %s', (text, octets) => {
    expect(encoded(text)).toEqual(hex(octets));
    expect(nlriLength(parsePrefix(text))).toBe(hex(octets).byteLength);
  });

  it.each([
    ['192.0.2.255/24', '18 c00002'],
    ['192.0.2.255/20', '14 c00000'],
    ['203.0.113.7/0', '00'],
    ['2001:db8:ffff:ffff:ffff::1/36', '24 20010db8 f0'],
  ])('clears the host bits of %s', (text, octets) => expect(encoded(text)).toEqual(hex(octets)));
});

describe('countNlri', () => {
  it.each([
    ['', 'IPv4', 0],
    ['00', 'IPv4', 1],
    ['20 c0000201 18 c00002 00', 'IPv4', 3],
    ['21 c000020100', 'IPv4', undefined],
    ['20 c00002', 'IPv4', undefined],
    ['18 c00002 08', 'IPv4', undefined],
    ['81 20010db8000000000000000000000001 00', 'IPv6', undefined],
    ['80 20010db8000000000000000000000001 20 20010db8', 'IPv6', 2],
    ['40 20010db8', 'IPv6', undefined],
  ] as const)('%s of %s: %s', (octets, family, count) => expect(countNlri(hex(octets), family)).toBe(count));
});

describe('prefixesOf', () => {
  it('clears trailing bits, whose value is irrelevant', () => {
    expect([...prefixesOf(hex('19 c63364ff'), 'IPv4')]).toEqual([parsePrefix('198.51.100.128/25')]);
    expect([...prefixesOf(hex('24 20010db8ff'), 'IPv6')]).toEqual([parsePrefix('2001:db8:f000::/36')]);
  });

  it.each(['IPv4', 'IPv6'] as const)('reads back what was written: %s', (family) => {
    fc.assert(
      fc.property(fc.array(anyPrefix(family)), (prefixes) => {
        const writer = new OctetWriter(1);
        for (const prefix of prefixes) encodeNlri(writer, prefix);
        const field = writer.finish();
        expect([...prefixesOf(field, family)]).toEqual(prefixes);
        expect(countNlri(field, family)).toBe(prefixes.length);
        expect(field.byteLength).toBe(prefixes.reduce((sum, prefix) => sum + nlriLength(prefix), 0));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAttributes,
  encodeAttributes,
  readText,
  readU8,
  readU32,
  u32,
} from '../../../src/os/netlink/attribute.ts';

const anyAttributes = fc.uniqueArray(fc.tuple(fc.nat(0x3fff), fc.uint8Array({ maxLength: 20 })), {
  selector: ([type]) => type,
  maxLength: 6,
});

function plain(attributes: ReadonlyMap<number, Uint8Array>): [number, number[]][] {
  return [...attributes].map(([type, value]) => [type, [...value]]);
}

describe('decodeAttributes', () => {
  it('reads back any attributes', () => {
    fc.assert(
      fc.property(anyAttributes, (attributes) => {
        expect(plain(decodeAttributes(encodeAttributes(attributes)))).toEqual(
          attributes.map(([type, value]) => [type, [...value]]),
        );
      }),
    );
  });

  it('gives no value that was cut', () => {
    fc.assert(
      fc.property(anyAttributes, fc.nat(), (attributes, where) => {
        const bytes = encodeAttributes(attributes);
        const found = plain(decodeAttributes(bytes.subarray(0, bytes.length === 0 ? 0 : where % bytes.length)));
        expect(found).toEqual(attributes.slice(0, found.length).map(([type, value]) => [type, [...value]]));
      }),
    );
  });

  it.each([
    ['a length of nothing', [0, 0, 1, 0]],
    ['a length below that of the header', [3, 0, 1, 0]],
    ['a length beyond the end', [9, 0, 1, 0, 1, 2, 3, 4]],
  ])('stops at %s', (_, bytes) => {
    expect(plain(decodeAttributes(Uint8Array.from(bytes)))).toEqual([]);
  });

  it('ignores the flags in the type, and takes the last of a type', () => {
    const bytes = encodeAttributes([
      [0x8001, Uint8Array.of(1)],
      [1, Uint8Array.of(2)],
    ]);
    expect(plain(decodeAttributes(bytes))).toEqual([[1, [2]]]);
  });
});

describe('values', () => {
  it('of another length than theirs are absent', () => {
    expect([undefined, Uint8Array.of(), Uint8Array.of(1, 2)].map(readU8)).toEqual([undefined, undefined, undefined]);
    expect([undefined, Uint8Array.of(1), new Uint8Array(8)].map(readU32)).toEqual([undefined, undefined, undefined]);
    expect(readU8(Uint8Array.of(6))).toBe(6);
    expect(readU32(u32(0xffff_fffe))).toBe(0xffff_fffe);
  });

  it('read text up to the first NUL', () => {
    expect(readText(undefined)).toBeUndefined();
    expect(readText(Buffer.from('eth0\0'))).toBe('eth0');
    expect(readText(Buffer.from('eth0'))).toBe('eth0');
    expect(readText(Buffer.from('\0eth0'))).toBe('');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AsPathSegment,
  decodeAsPath,
  encodeAsPath,
  needsAs4Path,
} from '../../../../src/speaker/bgp/message/as-path.ts';
import { OctetWriter } from '../../../../src/speaker/bgp/message/octet-writer.ts';
import { anyAsPath } from '../arbitraries.ts';
import { hex } from '../octets.ts';

const encode = (segments: readonly AsPathSegment[], width: 2 | 4) => {
  const writer = new OctetWriter();
  encodeAsPath(writer, segments, width);
  return writer.finish();
};
const sequence = (...asNumbers: readonly number[]): AsPathSegment => ({ type: 'AS_SEQUENCE', asNumbers });

describe('AS_PATH', () => {
  it.each<[string, 2 | 4, readonly AsPathSegment[], string]>([
    ['an empty path', 4, [], ''],
    ['4 octets', 4, [sequence(65002, 4_200_000_001)], '02 02 0000fdea fa56ea01'],
    ['2 octets', 2, [sequence(65002, 1)], '02 02 fdea 0001'],
    [
      'a set behind a sequence',
      4,
      [sequence(1), { type: 'AS_SET', asNumbers: [2, 3] }],
      '02 01 00000001 01 02 00000002 00000003',
    ],
    [
      'confederation segments',
      2,
      [
        { type: 'AS_CONFED_SET', asNumbers: [5] },
        { type: 'AS_CONFED_SEQUENCE', asNumbers: [6] },
      ],
      '04 01 0005 03 01 0006',
    ],
  ])('%s', (_name, width, segments, octets) => {
    expect(encode(segments, width)).toEqual(hex(octets));
    expect(decodeAsPath(hex(octets), width)).toEqual(segments);
  });

  it('writes AS_TRANS for what two octets cannot hold', () => {
    expect(encode([sequence(4_200_000_001, 65535)], 2)).toEqual(hex('02 02 5ba0 ffff'));
    expect(needsAs4Path([sequence(65535)])).toBe(false);
    expect(needsAs4Path([sequence(1), sequence(65536)])).toBe(true);
  });

  it('splits a segment of more than 255', () => {
    const asNumbers = Array.from({ length: 300 }, (_, index) => index + 1);
    const decoded = decodeAsPath(encode([sequence(...asNumbers)], 4), 4) ?? [];
    expect(decoded.map((segment) => segment.asNumbers.length)).toEqual([255, 45]);
    expect(decoded.flatMap((segment) => segment.asNumbers)).toEqual(asNumbers);
  });

  it.each([
    ['an unknown segment type', '05 01 00000001'],
    ['segment type 0', '00 01 00000001'],
    ['an empty segment', '02 00'],
    ['a segment that overruns', '02 02 00000001'],
    ['a single octet at the end', '02 01 00000001 02'],
    ['AS 0', '02 02 00000001 00000000'],
    ['two octets for each AS', '02 01 0001'],
  ])('refuses %s', (_name, octets) => expect(decodeAsPath(hex(octets), 4)).toBeUndefined());

  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyAsPath, (segments) => {
        expect(decodeAsPath(encode(segments, 4), 4)).toEqual(segments);
      }),
    );
  });
});

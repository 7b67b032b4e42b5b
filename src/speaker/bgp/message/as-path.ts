import type { OctetWriter } from './octet-writer.ts';
import { uint8At, uint16At, uint32At } from './octets.ts';

/** One segment of an AS_PATH (RFC 4271 section 4.3 b). */
export interface AsPathSegment {
  readonly type: AsPathSegmentType;
  /** AS numbers, each 1 to 4294967295, the nearest first. */
  readonly asNumbers: readonly number[];
}

/** RFC 4271 section 4.3 b, RFC 5065 section 3. */
export type AsPathSegmentType = 'AS_SET' | 'AS_SEQUENCE' | 'AS_CONFED_SEQUENCE' | 'AS_CONFED_SET';

/** Stands for an AS number that does not fit two octets (RFC 6793 section 9). */
export const AS_TRANS = 23456;

const TYPES: readonly (AsPathSegmentType | undefined)[] = [
  undefined,
  'AS_SET',
  'AS_SEQUENCE',
  'AS_CONFED_SEQUENCE',
  'AS_CONFED_SET',
];
const LONGEST_SEGMENT = 255;

/**
 * Reads the value of an AS_PATH or AS4_PATH. Undefined where it is malformed: an unknown segment type, an empty segment,
 * octets that do not add up (RFC 7606 section 7.2), or the AS number 0 (RFC 7607 section 2).
 *
 * @param width octets of an AS number: 4 between speakers with the capability for 4-octet AS numbers, else 2
 */
export function decodeAsPath(value: Uint8Array, width: 2 | 4): readonly AsPathSegment[] | undefined {
  const segments: AsPathSegment[] = [];
  let offset = 0;
  while (offset < value.byteLength) {
    if (value.byteLength - offset < 2) return undefined;
    const type = TYPES[uint8At(value, offset)];
    const count = uint8At(value, offset + 1);
    const start = offset + 2;
    offset = start + count * width;
    if (type === undefined || count === 0 || offset > value.byteLength) return undefined;
    const read = width === 4 ? uint32At : uint16At;
    const asNumbers = Array.from({ length: count }, (_, index) => read(value, start + index * width));
    if (asNumbers.includes(0)) return undefined;
    segments.push({ type, asNumbers });
  }
  return segments;
}

/**
 * Writes the value of an AS_PATH. Segments of more than 255 AS numbers are split. With two octets each, numbers that do
 * not fit become {@link AS_TRANS} (RFC 6793 section 4.2.2).
 */
export function encodeAsPath(writer: OctetWriter, segments: readonly AsPathSegment[], width: 2 | 4): void {
  for (const { type, asNumbers } of segments) {
    for (let start = 0; start < asNumbers.length; start += LONGEST_SEGMENT) {
      const part = asNumbers.slice(start, start + LONGEST_SEGMENT);
      writer.uint8(TYPES.indexOf(type));
      writer.uint8(part.length);
      for (const asNumber of part) {
        if (width === 4) writer.uint32(asNumber);
        else writer.uint16(twoOctets(asNumber));
      }
    }
  }
}

/** Whether two octets would lose an AS number of the path: then an AS4_PATH must go with it (RFC 6793, 4.2.2). */
export function needsAs4Path(segments: readonly AsPathSegment[]): boolean {
  return segments.some(({ asNumbers }) => asNumbers.some((asNumber) => asNumber > 0xffff));
}

/** The AS number as a 2-octet field can hold it. */
export function twoOctets(asNumber: number): number {
  return asNumber > 0xffff ? AS_TRANS : asNumber;
}

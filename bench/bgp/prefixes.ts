import { parsePrefix } from '../../src/ip/prefix.ts';

/** 10.64.0.0, from which on all prefixes of the bench lie one behind the other. */
const FIRST = 0x0a400000;

/** The IPv4 prefix of length 32 with this number, as text. */
export function prefixText(index: number): string {
  const value = FIRST + index;
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}/32`;
}

/** The first prefixes, as text. */
export function prefixTexts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => prefixText(index));
}

/** The first prefixes. */
export function prefixes(count: number) {
  return prefixTexts(count).map((text) => parsePrefix(text));
}

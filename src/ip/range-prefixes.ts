import type { Prefix } from './prefix.ts';
import type { AddressRange } from './range.ts';

/** The fewest prefixes that hold the addresses of the range and no others, in ascending order: at most 62, or 254. */
export function prefixesOfRange(range: AddressRange): readonly Prefix[] {
  const { family } = range;
  const bits = family === 'IPv4' ? 32 : 128;
  const last = BigInt(range.last);
  const prefixes: Prefix[] = [];
  for (let first = BigInt(range.first); first <= last; ) {
    let length = bits;
    while (length > 0) {
      const size = 1n << BigInt(bits - length + 1);
      if (first % size !== 0n || first + size - 1n > last) break;
      length -= 1;
    }
    const address =
      family === 'IPv4' ? ({ family, value: Number(first) } as const) : ({ family, value: first } as const);
    prefixes.push({ address, length });
    first += 1n << BigInt(bits - length);
  }
  return prefixes;
}

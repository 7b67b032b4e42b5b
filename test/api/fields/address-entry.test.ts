import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressEntry, reservedEntry } from '../../../src/api/fields/address-entry.ts';
import { parseAddress } from '../../../src/ip/address.ts';
import { parseRange } from '../../../src/ip/range.ts';

const near = fc.integer({ min: 0, max: 260 }).map((octet) => `192.0.2.${octet}`);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  near,
  fc.constantFrom('01.2.3.4', '::ffff:192.0.2.1', 'fe80::1%1', ' ::1'),
);
const length = fc.oneof(fc.integer({ min: -1, max: 130 }).map(String), fc.constantFrom('', '08', '+8'));
const dash = fc.constantFrom('-', ' - ', '--', ',');
const entry = fc.oneof(
  address,
  fc.tuple(address, length).map(([text, bits]) => `${text}/${bits}`),
  fc.tuple(address, dash, address).map((parts) => parts.join('')),
  fc.tuple(near, near).map(([first, last]) => `${first}-${last}`),
  fc.string({ maxLength: 20 }),
);

function isRead(text: string, parse: (text: string) => unknown): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Two IPv6 addresses, the second before the first: left to the allocator to refuse. */
function isReversedIPv6(text: string): boolean {
  const [last = '', first = '', ...more] = text.split('-');
  return last.includes(':') && more.length === 0 && isRead(`${first}-${last}`, parseRange);
}

describe('an entry', () => {
  it('of addresses is good just when it can be read as a range, or is an IPv6 range that ends before it begins', () => {
    fc.assert(
      fc.property(entry, (text) => {
        expect(addressEntry.safeParse(text).success).toBe(isRead(text, parseRange) || isReversedIPv6(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('of reserved is good just when it is an address or would be good in addresses', () => {
    fc.assert(
      fc.property(entry, (text) => {
        const expected = isRead(text, parseAddress) || addressEntry.safeParse(text).success;
        expect(reservedEntry.safeParse(text).success).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

import fc from 'fast-check';
import type { Address } from '../../src/ip/address.ts';

/** Any IPv4 address, often one at an end of the space. */
export const anyIPv4: fc.Arbitrary<Address & { family: 'IPv4' }> = fc
  .nat(2 ** 32 - 1)
  .map((value) => ({ family: 'IPv4', value }));

/** Any IPv6 address but an IPv4-mapped one, often with runs of zero groups. */
export const anyIPv6: fc.Arbitrary<Address & { family: 'IPv6' }> = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    fc
      .array(fc.oneof(fc.constant(0), fc.constant(1), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)),
  )
  .filter((value) => value >> 32n !== 0xffffn)
  .map((value) => ({ family: 'IPv6', value }));

/** Any address of either family. */
export const anyAddress: fc.Arbitrary<Address> = fc.oneof(anyIPv4, anyIPv6);

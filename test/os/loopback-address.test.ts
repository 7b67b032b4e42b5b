import { describe, expect, it } from 'vitest';
import { AddressError } from '../../src/ip/address.ts';
import { putLoopbackAddress, removeLoopbackAddress } from '../../src/os/loopback-address.ts';

describe('putLoopbackAddress', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 0xffff_ffff])('refuses a lifetime of %s', (seconds) => {
    expect(() => putLoopbackAddress('192.0.2.50', seconds)).toThrow(RangeError);
  });

  it.each(['192.0.2.50/32', 'lo', ''])('refuses the address %j', (address) => {
    expect(() => putLoopbackAddress(address, 3)).toThrow(AddressError);
    expect(() => removeLoopbackAddress(address)).toThrow(AddressError);
  });
});

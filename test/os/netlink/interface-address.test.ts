import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/ip/address.ts';
import {
  decodeInterfaceAddress,
  encodeDeleteAddress,
  encodeNewAddress,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  type InterfaceAddress,
} from '../../../src/os/netlink/interface-address.ts';
import { PAYLOADS, payload } from './payloads.ts';

const anyAddress: fc.Arbitrary<InterfaceAddress> = fc
  .oneof(
    fc.record({
      address: fc.record({ family: fc.constant('IPv4' as const), value: fc.nat(0xffff_ffff) }),
      prefixLength: fc.nat(32),
    }),
    fc.record({
      address: fc.record({ family: fc.constant('IPv6' as const), value: fc.bigInt(0n, (1n << 128n) - 1n) }),
      prefixLength: fc.nat(128),
    }),
  )
  .chain((address) =>
    fc.record({
      interfaceIndex: fc.integer({ min: 1, max: 0x7fff_ffff }),
      address: fc.constant(address.address),
      prefixLength: fc.constant(address.prefixLength),
      flags: fc.nat(0xffff_ffff),
    }),
  );

describe('decodeInterfaceAddress', () => {
  it.each([
    ['addressLoopback', 1, '127.0.0.1', 8, IFA_F_PERMANENT],
    ['addressPeer', 2, '192.0.2.11', 32, IFA_F_PERMANENT],
    ['addressIPv4', 4, '192.0.2.11', 24, IFA_F_PERMANENT],
    ['addressIPv6', 4, '2001:db8::11', 64, IFA_F_PERMANENT | IFA_F_NODAD],
  ] as const)('reads %s', (name, interfaceIndex, text, prefixLength, flags) => {
    const found = decodeInterfaceAddress(payload(name));
    expect(found).toMatchObject({ interfaceIndex, prefixLength, flags });
    expect(found && formatAddress(found.address)).toBe(text);
  });

  it('reads back any address that it would add', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const added = { ...address, scope: 0, preferredSeconds: 0, validSeconds: 3 };
        expect(decodeInterfaceAddress(encodeNewAddress(added))).toEqual(address);
        expect(decodeInterfaceAddress(encodeDeleteAddress(address))).toEqual({ ...address, flags: 0 });
      }),
    );
  });

  it.each([
    ['a family that is not IP', 0, 28],
    ['an address shorter than its family has', 0, 10],
    ['a prefix longer than the address', 1, 33],
  ])('ignores %s', (_, offset, value) => {
    const bytes = payload('addressIPv4');
    bytes[offset] = value;
    expect(decodeInterfaceAddress(bytes)).toBeUndefined();
  });

  it('ignores a message without a whole header, or without an address', () => {
    for (let length = 0; length < 16; length++) {
      expect(decodeInterfaceAddress(payload('addressIPv4').subarray(0, length))).toBeUndefined();
    }
  });
});

describe('encodeNewAddress', () => {
  it('writes what the kernel reads', () => {
    const bytes = encodeNewAddress({
      interfaceIndex: 1,
      address: { family: 'IPv4', value: 0xc0000232 },
      prefixLength: 32,
      flags: IFA_F_NODAD | IFA_F_NOPREFIXROUTE,
      scope: 254,
      preferredSeconds: 0,
      validSeconds: 3,
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      [
        '022000fe01000000',
        '08000200c0000232',
        '08000100c0000232',
        '0800080002020000',
        '1400060000000000030000000000000000000000',
      ].join(''),
    );
    expect(PAYLOADS.addressIPv4.slice(16, 32)).toBe('08000100c000020b');
  });
});

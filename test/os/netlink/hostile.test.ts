import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDefaultRoute } from '../../../src/os/netlink/default-route.ts';
import { decodeError } from '../../../src/os/netlink/error.ts';
import { decodeInterfaceAddress } from '../../../src/os/netlink/interface-address.ts';
import { decodeLink } from '../../../src/os/netlink/link.ts';
import { decodeMessages } from '../../../src/os/netlink/message.ts';
import { PAYLOADS, payload } from './payloads.ts';

type Name = keyof typeof PAYLOADS;

/** A real payload with some bytes overwritten and its end cut off: near enough to be read, wrong somewhere. */
const mutated = fc
  .tuple(
    fc.constantFrom(...(Object.keys(PAYLOADS) as Name[])),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    fc.nat(),
  )
  .map(([name, changes, cut]) => {
    const bytes = payload(name);
    for (const [where, value] of changes) bytes[where % bytes.length] = value;
    return bytes.subarray(0, bytes.length - (cut % bytes.length));
  });

const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated);

describe('whatever bytes come', () => {
  it('no decoder throws, or tells of an address outside its family', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        decodeMessages(bytes);
        decodeLink(bytes);
        decodeError({ type: 2, flags: 0x300, sequence: 1, payload: bytes });
        const found = [decodeInterfaceAddress(bytes), ...(decodeDefaultRoute(bytes) ?? [])];
        for (const { address } of found.filter((item) => item !== undefined)) {
          if (address.family === 'IPv4') expect(address.value >= 0 && address.value <= 0xffff_ffff).toBe(true);
          else expect(address.value >= 0n && address.value < 1n << 128n).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

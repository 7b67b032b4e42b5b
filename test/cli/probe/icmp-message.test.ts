import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEchoOutcome, encodeEcho } from '../../../src/cli/probe/icmp-message.ts';

const families = ['IPv4', 'IPv6'] as const;
const REPLY = { IPv4: 0, IPv6: 129 };
const TIME_EXCEEDED = { IPv4: 11, IPv6: 3 };
const UNREACHABLE = { IPv4: 3, IPv6: 1 };

/** An ICMP error about a packet with that echo request. */
function errorAbout(family: 'IPv4' | 'IPv6', type: number, echo: Buffer): Buffer {
  const header = Buffer.alloc(family === 'IPv4' ? 24 : 40);
  // A header with options: six words of 32 bits.
  if (family === 'IPv4') header[0] = 0x46;
  return Buffer.concat([Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]), header, echo.subarray(0, 8)]);
}

describe.each(families)('an echo request over %s', (family) => {
  const echo = encodeEcho(family, 0xbeef, 7);

  it('is known by its answer', () => {
    const reply = Buffer.from(echo);
    reply[0] = REPLY[family];
    expect(decodeEchoOutcome(family, reply)).toEqual({ kind: 'Reply', identifier: 0xbeef, sequence: 7 });
  });

  it('is known by an error about it', () => {
    const ended = errorAbout(family, TIME_EXCEEDED[family], echo);
    expect(decodeEchoOutcome(family, ended)).toEqual({ kind: 'TimeExceeded', identifier: 0xbeef, sequence: 7 });
    const refused = errorAbout(family, UNREACHABLE[family], echo);
    expect(decodeEchoOutcome(family, refused)?.kind).toBe('Unreachable');
  });

  it('is not taken for an answer, nor is an error about something else', () => {
    expect(decodeEchoOutcome(family, echo)).toBeUndefined();
    const other = Buffer.from(echo);
    other[0] = 17;
    expect(decodeEchoOutcome(family, errorAbout(family, TIME_EXCEEDED[family], other))).toBeUndefined();
  });

  it('is not looked for beyond the end of what came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
        const found = decodeEchoOutcome(family, Buffer.from(bytes));
        expect(found === undefined || Number.isInteger(found.sequence)).toBe(true);
      }),
    );
  });
});

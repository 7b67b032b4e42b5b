import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, decodeMessages, encodeMessage, type NetlinkMessage } from '../../../src/os/netlink/message.ts';

const anyMessage: fc.Arbitrary<NetlinkMessage> = fc.record({
  type: fc.nat(0xffff),
  flags: fc.nat(0xffff),
  sequence: fc.nat(0xffff_ffff),
  payload: fc.uint8Array({ maxLength: 40 }),
});

function join(messages: readonly NetlinkMessage[]): Uint8Array {
  return Buffer.concat(messages.map(encodeMessage));
}

describe('align', () => {
  it.each([
    [0, 0],
    [1, 4],
    [4, 4],
    [5, 8],
  ])('%i -> %i', (length, aligned) => {
    expect(align(length)).toBe(aligned);
  });
});

describe('decodeMessages', () => {
  it('reads back any messages of one datagram', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 5 }), (messages) => {
        const decoded = decodeMessages(join(messages));
        expect(decoded.malformed).toBe(false);
        expect(decoded.messages.map((message) => ({ ...message, payload: Uint8Array.from(message.payload) }))).toEqual(
          messages,
        );
      }),
    );
  });

  it('gives the whole messages before a cut, and says that something is missing', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), fc.nat(), (messages, where) => {
        const datagram = join(messages);
        const end = where % datagram.length;
        const { messages: found, malformed } = decodeMessages(datagram.subarray(0, end));
        // The end of each message without its padding: one that ends before the cut is whole.
        let start = 0;
        let whole = 0;
        let cleanEnds = [0];
        for (const message of messages) {
          const stop = start + 16 + message.payload.length;
          start += align(16 + message.payload.length);
          if (stop > end) break;
          whole++;
          cleanEnds = [stop, stop + 1, stop + 2, stop + 3].filter((length) => length <= start);
        }
        expect(found).toHaveLength(whole);
        expect(malformed).toBe(!cleanEnds.includes(end));
      }),
    );
  });

  it.each([
    ['a length below that of the header', 15],
    ['a length of nothing, which would never end', 0],
    ['a length beyond the datagram', 17],
    ['a length that is negative as a signed number', 0xffff_fff0],
  ])('stops at %s', (_, length) => {
    const datagram = new Uint8Array(16);
    new DataView(datagram.buffer).setUint32(0, length, true);
    expect(decodeMessages(datagram)).toEqual({ messages: [], malformed: true });
  });

  it('reads memory that is not aligned', () => {
    const datagram = encodeMessage({ type: 20, flags: 1, sequence: 7, payload: Uint8Array.of(9) });
    const shifted = new Uint8Array(datagram.length + 1);
    shifted.set(datagram, 1);
    expect(decodeMessages(shifted.subarray(1)).messages).toMatchObject([{ type: 20, flags: 1, sequence: 7 }]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../../src/speaker/bgp/message/message.ts';
import { type Frame, MessageReader } from '../../../../src/speaker/bgp/message/message-reader.ts';
import { anyMessage } from '../arbitraries.ts';
import { framed, hex, join } from '../octets.ts';

const MARKER = 'ff'.repeat(16);

function framesOf(reader: MessageReader, ...pieces: readonly Uint8Array[]): readonly Frame[] {
  const frames: Frame[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(frame);
  }
  return frames;
}

const refusal = (subcode: number, data: string): Frame => ({
  ok: false,
  notification: { type: 'NOTIFICATION', code: 1, subcode, data: hex(data) },
});

describe('MessageReader', () => {
  it.each([
    ['a marker that is not all ones', `${'ff'.repeat(15)}fe 0013 04`, 1, ''],
    ['a length of 18', `${MARKER} 0012 04`, 2, '0012'],
    ['a length of 4097', `${MARKER} 1001 02`, 2, '1001'],
    ['an unknown type', `${MARKER} 0013 06`, 3, '06'],
    ['type 0', `${MARKER} 0013 00`, 3, '00'],
    ['an OPEN of 28 octets', `${MARKER} 001c 01`, 2, '001c'],
    ['an UPDATE of 22 octets', `${MARKER} 0016 02`, 2, '0016'],
    ['a NOTIFICATION of 20 octets', `${MARKER} 0014 03`, 2, '0014'],
    ['a KEEPALIVE of 20 octets', `${MARKER} 0014 04`, 2, '0014'],
    ['a ROUTE-REFRESH of 22 octets', `${MARKER} 0016 05`, 2, '0016'],
  ])('answers %s', (_name, octets, subcode, data) => {
    expect(framesOf(new MessageReader(), hex(octets))).toEqual([refusal(subcode, data)]);
  });

  it('takes longer messages once they were offered, but never an OPEN or a KEEPALIVE', () => {
    const reader = () => {
      const made = new MessageReader();
      made.acceptExtendedMessages();
      return made;
    };
    const update = framed(2, new Uint8Array(65_535 - 19));
    expect(framesOf(reader(), update)).toEqual([{ ok: true, type: 'UPDATE', octets: update }]);
    expect(framesOf(reader(), hex(`${MARKER} 1001 01`))).toEqual([refusal(2, '1001')]);
    expect(framesOf(reader(), hex(`${MARKER} 1001 04`))).toEqual([refusal(2, '1001')]);
  });

  it('finds nothing more behind a wrong header', () => {
    const reader = new MessageReader();
    const wrong = hex(`${MARKER} 0013 06`);
    expect(framesOf(reader, wrong, framed(4, hex('')))).toEqual([refusal(3, '06')]);
  });

  it('finds the same messages however TCP cuts them', () => {
    fc.assert(
      fc.property(fc.array(anyMessage), fc.array(fc.nat(2_000)), (messages, cuts) => {
        const encoded = messages.map((message) => encodeMessage(message));
        const stream = join(...encoded);
        const ends = [...cuts.map((cut) => cut % (stream.byteLength + 1)), stream.byteLength].sort((a, b) => a - b);
        const pieces = ends.map((end, index) => stream.slice(index === 0 ? 0 : ends[index - 1], end));
        const frames = framesOf(new MessageReader(), ...pieces);
        expect(frames.map((frame) => frame.ok && frame.octets)).toEqual(encoded);
        expect(frames.map((frame) => frame.ok && frame.type)).toEqual(messages.map(({ type }) => type));
      }),
    );
  });
});

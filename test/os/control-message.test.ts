import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeControl } from '../../src/os/control-message.ts';

const WORD = ['arm', 'ia32'].includes(process.arch) ? 4 : 8;

/** A control message as C writes it on this machine. */
function message(level: number, type: number, data: readonly number[], length = WORD + 8 + data.length): Buffer {
  const bytes = Buffer.alloc(WORD + 8 + Math.ceil(data.length / WORD) * WORD);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (WORD === 8) words.setBigUint64(0, BigInt(length), little);
  else words.setUint32(0, length, little);
  words.setInt32(WORD, level, little);
  words.setInt32(WORD + 4, type, little);
  bytes.set(data, WORD + 8);
  return bytes;
}

describe('decodeControl', () => {
  it('reads messages one after the other, up to the zeros', () => {
    const control = Buffer.concat([
      message(0, 2, [255, 0, 0, 0]),
      message(41, 50, new Array(20).fill(7)),
      Buffer.alloc(40),
    ]);
    expect(decodeControl(control)).toEqual([
      { level: 0, type: 2, data: Buffer.of(255, 0, 0, 0) },
      { level: 41, type: 50, data: Buffer.alloc(20, 7) },
    ]);
  });

  it.each([
    ['shorter than its header', WORD + 7],
    ['longer than the buffer', 1000],
    ['longer than any buffer', 2 ** 31],
  ])('ends at a message that claims to be %s', (_name, length) => {
    expect(decodeControl(Buffer.concat([message(0, 2, [1, 2, 3, 4], length), Buffer.alloc(16)]))).toEqual([]);
  });

  it('reads nothing beyond any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        for (const { data } of decodeControl(bytes)) {
          expect(data.byteOffset + data.length).toBeLessThanOrEqual(bytes.byteOffset + bytes.length);
        }
      }),
    );
  });
});

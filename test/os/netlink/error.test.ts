import { describe, expect, it } from 'vitest';
import { encodeAttributes } from '../../../src/os/netlink/attribute.ts';
import { decodeError } from '../../../src/os/netlink/error.ts';

const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;

function answer(error: number, flags = 0, text?: string) {
  const struct = Buffer.alloc(20);
  struct.writeInt32LE(error);
  const attributes = text === undefined ? [] : [[1, Buffer.from(`${text}\0`)] as const];
  return { type: 2, flags, sequence: 1, payload: Buffer.concat([struct, encodeAttributes(attributes)]) };
}

describe('decodeError', () => {
  it('takes 0 for success', () => {
    expect(decodeError(answer(0))).toBeUndefined();
  });

  it.each([
    [1, 'EPERM'],
    [99, 'EADDRNOTAVAIL'],
    [17, 'EEXIST'],
    [133, 'Unknown system error -133'],
  ])('names error %i %s', (errno, code) => {
    expect(decodeError(answer(-errno))).toMatchObject({ code, message: code });
  });

  it("tells the kernel's reason where it gives one", () => {
    const text = 'ipv6: address already assigned';
    expect(decodeError(answer(-17, NLM_F_CAPPED | NLM_F_ACK_TLVS, text))?.message).toBe(`EEXIST: ${text}`);
    expect(decodeError(answer(-17, NLM_F_ACK_TLVS, text))?.message).toBe('EEXIST');
  });

  it('takes an answer that is too short for an error', () => {
    expect(decodeError({ type: 2, flags: 0, sequence: 1, payload: Buffer.alloc(3) })?.code).toBe('EBADMSG');
  });

  it('survives any number', () => {
    expect(decodeError(answer(-0x8000_0000))?.code).toBe('Unknown system error -2147483648');
  });
});

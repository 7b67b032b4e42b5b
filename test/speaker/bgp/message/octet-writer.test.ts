import { describe, expect, it } from 'vitest';
import { OctetWriter } from '../../../../src/speaker/bgp/message/octet-writer.ts';
import { hex } from '../octets.ts';

describe('OctetWriter', () => {
  it('grows while it is written to, and keeps what was written', () => {
    const writer = new OctetWriter(1);
    writer.uint8(0x1ff);
    writer.uint16(0x12345);
    writer.uint32(0xfffffffe);
    writer.octets(hex('0102030405'));
    expect(writer.length).toBe(12);
    expect(writer.finish()).toEqual(hex('ff 2345 fffffffe 0102030405'));
  });

  it('writes a length afterwards', () => {
    const writer = new OctetWriter();
    writer.uint16(0);
    writer.uint8(7);
    writer.overwriteUint16(0, 0xabcd);
    expect(writer.finish()).toEqual(hex('abcd 07'));
  });
});

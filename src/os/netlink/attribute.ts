import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { align } from './message.ts';

/** The attributes of one message by type. Of a type that occurs twice, the last counts, as in the kernel's parser. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

/** struct rtattr: u16 length with header, u16 type; host byte order. */
const HEADER_LENGTH = 4;
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER, flags in the type's upper bits. */
const TYPE_MASK = 0x3fff;

/** Attributes one behind the other, each padded to 4 bytes. */
export function encodeAttributes(attributes: Iterable<readonly [type: number, value: Uint8Array]>): Uint8Array {
  const list = [...attributes];
  const bytes = new Uint8Array(list.reduce((sum, [, value]) => sum + HEADER_LENGTH + align(value.length), 0));
  const view = viewOf(bytes);
  let offset = 0;
  for (const [type, value] of list) {
    view.setUint16(offset, HEADER_LENGTH + value.length, HOST_LITTLE_ENDIAN);
    view.setUint16(offset + 2, type, HOST_LITTLE_ENDIAN);
    bytes.set(value, offset + HEADER_LENGTH);
    offset += HEADER_LENGTH + align(value.length);
  }
  return bytes;
}

/** Reads attributes up to the first that does not fit into the bytes. Values share their memory. */
export function decodeAttributes(bytes: Uint8Array): Attributes {
  const view = viewOf(bytes);
  const attributes = new Map<number, Uint8Array>();
  let offset = 0;
  while (offset + HEADER_LENGTH <= bytes.length) {
    const length = view.getUint16(offset, HOST_LITTLE_ENDIAN);
    if (length < HEADER_LENGTH || length > bytes.length - offset) break;
    const type = view.getUint16(offset + 2, HOST_LITTLE_ENDIAN) & TYPE_MASK;
    attributes.set(type, bytes.subarray(offset + HEADER_LENGTH, offset + length));
    offset += align(length);
  }
  return attributes;
}

/** An attribute of one byte; undefined when absent or of another length. */
export function readU8(value: Uint8Array | undefined): number | undefined {
  return value?.length === 1 ? value[0] : undefined;
}

/** An attribute of 32 bits in host byte order; undefined when absent or of another length. */
export function readU32(value: Uint8Array | undefined): number | undefined {
  return value?.length === 4 ? viewOf(value).getUint32(0, HOST_LITTLE_ENDIAN) : undefined;
}

/** Text up to the first NUL; undefined when absent. */
export function readText(value: Uint8Array | undefined): string | undefined {
  if (value === undefined) return undefined;
  const end = value.indexOf(0);
  return Buffer.from(end < 0 ? value : value.subarray(0, end)).toString('utf8');
}

/** 32 bits in host byte order. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, HOST_LITTLE_ENDIAN);
  return bytes;
}

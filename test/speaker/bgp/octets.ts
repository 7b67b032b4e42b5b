/** Octets as written in the RFCs: hexadecimal, with spaces where they help. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** All pieces, one after the other. */
export function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** A 16-bit integer. */
export function uint16(value: number): Uint8Array {
  return new Uint8Array([value >> 8, value & 255]);
}

/** A whole message around the body: marker, length, type. */
export function framed(type: number, body: Uint8Array): Uint8Array {
  return join(hex('ff'.repeat(16)), uint16(19 + body.byteLength), new Uint8Array([type]), body);
}

/** The body of an UPDATE from its three fields. */
export function updateBody(withdrawn: string, attributes: string, nlri: string): Uint8Array {
  const [first, second] = [hex(withdrawn), hex(attributes)];
  return join(uint16(first.byteLength), first, uint16(second.byteLength), second, hex(nlri));
}

/** Attributes of an ordinary route of AS 65002 with the next hop 192.0.2.1. */
export const ORIGIN = '40 01 01 00';
export const AS_PATH = '40 02 06 02 01 0000fdea';
export const NEXT_HOP = '40 03 04 c0000201';
export const ROUTE = `${ORIGIN} ${AS_PATH} ${NEXT_HOP}`;
/** 198.51.100.7/32. */
export const PREFIX = '20 c6336407';

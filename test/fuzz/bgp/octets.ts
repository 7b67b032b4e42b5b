import { framed, join, uint16 } from '../../speaker/bgp/octets.ts';

/** Types of messages (RFC 4271 section 4.1, RFC 2918 section 3). */
export const TYPE = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const;
export const KEEPALIVE = framed(TYPE.keepalive, octets());

export function octets(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** A 32-bit integer. */
export function uint32(value: number): Uint8Array {
  return octets(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** An octet of length, then what is that long. */
export function counted(type: number, value: Uint8Array): Uint8Array {
  return join(octets(type, value.length), value);
}

export interface OpenFields {
  readonly version: number;
  readonly asNumber: number;
  readonly holdTime: number;
  readonly identifier: number;
  /** Optional parameters, as they lie in the message. */
  readonly parameters: Uint8Array;
}

export function capabilities(...each: readonly Uint8Array[]): Uint8Array {
  return counted(2, join(...each));
}

/** Multiprotocol for both families, route refresh, 4-octet AS numbers (RFC 4760, 2918, 6793). */
export function usualCapabilities(asNumber: number): readonly Uint8Array[] {
  return [
    counted(1, octets(0, 1, 0, 1)),
    counted(1, octets(0, 2, 0, 1)),
    counted(2, octets()),
    counted(65, uint32(asNumber)),
  ];
}

export function open({ version, asNumber, holdTime, identifier, parameters }: OpenFields): Uint8Array {
  const fixed = join(octets(version), uint16(asNumber), uint16(holdTime), uint32(identifier));
  return framed(TYPE.open, join(fixed, octets(parameters.length), parameters));
}

/** A path attribute; its length in two octets where that is needed or the flag 0x10 is set. */
export function attribute(flags: number, code: number, value: Uint8Array): Uint8Array {
  const isLong = value.length > 255 || (flags & 0x10) !== 0;
  const length = isLong ? uint16(value.length) : octets(value.length);
  return join(octets(isLong ? flags | 0x10 : flags, code), length, value);
}

export interface UpdateFields {
  readonly withdrawn: Uint8Array;
  /** Each of them whole. */
  readonly attributes: readonly Uint8Array[];
  readonly nlri: Uint8Array;
}

export function update({ withdrawn, attributes, nlri }: UpdateFields): Uint8Array {
  const field = join(...attributes);
  return framed(TYPE.update, join(uint16(withdrawn.length), withdrawn, uint16(field.length), field, nlri));
}

/** With an octet of the message replaced. */
export function withOctet(message: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(message);
  copy[at] = value;
  return copy;
}

/** With the Length field of the header replaced. */
export function withLength(message: Uint8Array, length: number): Uint8Array {
  return withOctet(withOctet(message, 16, length >> 8), 17, length & 255);
}

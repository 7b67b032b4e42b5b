import { ERROR, HEADER_ERROR } from './error-codes.ts';
import { type NotificationMessage, notification } from './notification.ts';
import type { OctetWriter } from './octet-writer.ts';
import { uint8At, uint16At } from './octets.ts';

/** Octets of marker, length and type (RFC 4271 section 4.1). */
export const HEADER_LENGTH = 19;
/** Longest message of RFC 4271 section 4.1. */
export const MAX_MESSAGE_LENGTH = 4096;
/** Longest message between speakers with the Extended Message capability (RFC 8654 section 4). */
export const MAX_EXTENDED_MESSAGE_LENGTH = 65_535;

const MARKER_LENGTH = 16;

/** The messages by name (RFC 4271 section 4.1, RFC 2918 section 3). */
export type MessageType = 'OPEN' | 'UPDATE' | 'NOTIFICATION' | 'KEEPALIVE' | 'ROUTE-REFRESH';

/** The codes of the messages. */
export const TYPE_CODE: Readonly<Record<MessageType, number>> = {
  OPEN: 1,
  UPDATE: 2,
  NOTIFICATION: 3,
  KEEPALIVE: 4,
  'ROUTE-REFRESH': 5,
};

interface Shape {
  readonly type: MessageType;
  /** Shortest and longest message with its header. */
  readonly shortest: number;
  readonly longest: number;
}

const SHAPES: readonly (Shape | undefined)[] = [
  undefined,
  // RFC 8654 section 4 leaves OPEN and KEEPALIVE as they were.
  { type: 'OPEN', shortest: 29, longest: MAX_MESSAGE_LENGTH },
  { type: 'UPDATE', shortest: 23, longest: MAX_EXTENDED_MESSAGE_LENGTH },
  { type: 'NOTIFICATION', shortest: 21, longest: MAX_EXTENDED_MESSAGE_LENGTH },
  { type: 'KEEPALIVE', shortest: HEADER_LENGTH, longest: HEADER_LENGTH },
  { type: 'ROUTE-REFRESH', shortest: 23, longest: MAX_EXTENDED_MESSAGE_LENGTH },
];

/** What the header of a message says, or what has to be answered to it. */
export type DecodedHeader =
  | { readonly ok: true; readonly type: MessageType; readonly length: number }
  | { readonly ok: false; readonly notification: NotificationMessage };

/**
 * Checks a header (RFC 4271 section 6.1) of which all 19 octets are there.
 *
 * @param limit longest message that may come: 4096, or 65535 once we offered extended messages
 */
export function decodeHeader(octets: Uint8Array, limit: number): DecodedHeader {
  for (let index = 0; index < MARKER_LENGTH; index++) {
    if (uint8At(octets, index) !== 255) return refused(HEADER_ERROR.connectionNotSynchronized);
  }
  const length = uint16At(octets, MARKER_LENGTH);
  const lengthField = octets.slice(MARKER_LENGTH, MARKER_LENGTH + 2);
  if (length < HEADER_LENGTH || length > limit) return refused(HEADER_ERROR.badMessageLength, lengthField);
  const code = uint8At(octets, MARKER_LENGTH + 2);
  const shape = SHAPES[code];
  if (shape === undefined) return refused(HEADER_ERROR.badMessageType, new Uint8Array([code]));
  if (length < shape.shortest || length > shape.longest) return refused(HEADER_ERROR.badMessageLength, lengthField);
  return { ok: true, type: shape.type, length };
}

/** Writes a header whose length is not yet known, and returns where the message begins. */
export function beginMessage(writer: OctetWriter, type: MessageType): number {
  const start = writer.length;
  for (let word = 0; word < MARKER_LENGTH / 4; word++) writer.uint32(0xffffffff);
  writer.uint16(0);
  writer.uint8(TYPE_CODE[type]);
  return start;
}

/** Fills in the length of the message that began at `start` and ends here. */
export function endMessage(writer: OctetWriter, start: number): void {
  writer.overwriteUint16(start + MARKER_LENGTH, writer.length - start);
}

function refused(subcode: number, data?: Uint8Array): DecodedHeader {
  return { ok: false, notification: notification(ERROR.messageHeader, subcode, data) };
}

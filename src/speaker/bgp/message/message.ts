import { encodeAttributes } from './attribute-encoding.ts';
import type { AttributeFault } from './attribute-fault.ts';
import { beginMessage, endMessage, HEADER_LENGTH, MAX_MESSAGE_LENGTH } from './header.ts';
import type { Frame } from './message-reader.ts';
import { decodeNotification, type NotificationMessage } from './notification.ts';
import { OctetWriter } from './octet-writer.ts';
import { decodeOpen, encodeOpen, type OpenMessage } from './open.ts';
import { decodeRouteRefresh, encodeRouteRefresh, type RouteRefreshMessage } from './route-refresh.ts';
import type { UpdateContext, UpdateMessage } from './update.ts';
import { decodeUpdate } from './update-decoding.ts';

/** KEEPALIVE (RFC 4271 section 4.4): nothing but a header. */
export interface KeepaliveMessage {
  readonly type: 'KEEPALIVE';
}

/** Any BGP message. */
export type Message = OpenMessage | UpdateMessage | NotificationMessage | KeepaliveMessage | RouteRefreshMessage;

/** A message understood, or the NOTIFICATION that answers it. */
export type DecodedMessage =
  | {
      readonly ok: true;
      readonly message: Message;
      /** Of an UPDATE: see `DecodedUpdate`. */
      readonly treatAsWithdraw?: boolean;
      readonly faults?: readonly AttributeFault[];
    }
  | { readonly ok: false; readonly notification: NotificationMessage };

/** Octets of NOTIFICATION data that fit 4,096 octets, which any peer takes (RFC 8654 section 5). */
const MOST_DATA = MAX_MESSAGE_LENGTH - HEADER_LENGTH - 2;

/** Reads a message whose header was checked. Never throws, whatever it holds. */
export function decodeMessage(frame: Frame, context: UpdateContext): DecodedMessage {
  if (!frame.ok) return frame;
  const body = frame.octets.subarray(HEADER_LENGTH);
  switch (frame.type) {
    case 'OPEN':
      return decodeOpen(body);
    case 'UPDATE':
      return decodeUpdate(body, context);
    case 'NOTIFICATION':
      return { ok: true, message: decodeNotification(body) };
    case 'KEEPALIVE':
      return { ok: true, message: { type: 'KEEPALIVE' } };
    case 'ROUTE-REFRESH':
      return decodeRouteRefresh(frame.octets);
  }
}

/**
 * Writes a message with its header. Data of a NOTIFICATION that would not fit 4,096 octets are cut.
 *
 * @param fourOctetAs both offered 4-octet AS numbers; matters for an UPDATE only
 */
export function encodeMessage(message: Message, fourOctetAs = true): Uint8Array {
  const writer = new OctetWriter();
  const start = beginMessage(writer, message.type);
  switch (message.type) {
    case 'OPEN':
      writer.octets(encodeOpen(message));
      break;
    case 'UPDATE':
      writeUpdate(writer, message, fourOctetAs);
      break;
    case 'NOTIFICATION':
      writer.uint8(message.code);
      writer.uint8(message.subcode);
      writer.octets(message.data.subarray(0, MOST_DATA));
      break;
    case 'KEEPALIVE':
      break;
    case 'ROUTE-REFRESH':
      writer.octets(encodeRouteRefresh(message));
      break;
  }
  endMessage(writer, start);
  return writer.finish();
}

function writeUpdate(writer: OctetWriter, { withdrawn, attributes, nlri }: UpdateMessage, fourOctetAs: boolean): void {
  const encoded = encodeAttributes(attributes, fourOctetAs);
  writer.uint16(withdrawn.byteLength);
  writer.octets(withdrawn);
  writer.uint16(encoded.byteLength);
  writer.octets(encoded);
  writer.octets(nlri);
}

import { CEASE, ERROR, errorWords } from './error-codes.ts';
import { NO_OCTETS, uint8At } from './octets.ts';

/** NOTIFICATION (RFC 4271 section 4.5): why the sender closes the connection. */
export interface NotificationMessage {
  readonly type: 'NOTIFICATION';
  readonly code: number;
  readonly subcode: number;
  /** Diagnoses the reason; what it holds depends on code and subcode. */
  readonly data: Uint8Array;
}

/** What an operator of the other side wrote: text, or octets that are no Shutdown Communication. */
export type ShutdownCommunication = { readonly text: string } | { readonly malformed: Uint8Array };

/** Octets of a Shutdown Communication that every receiver takes (RFC 9003 section 3). */
export const SHUTDOWN_COMMUNICATION_LIMIT = 128;

/** A NOTIFICATION without data unless some is given. */
export function notification(code: number, subcode = 0, data: Uint8Array = NO_OCTETS): NotificationMessage {
  return { type: 'NOTIFICATION', code, subcode, data };
}

/**
 * Cease (RFC 4486). A text is sent with Administrative Shutdown and Administrative Reset only (RFC 9003 section 2), cut
 * to {@link SHUTDOWN_COMMUNICATION_LIMIT} octets between two characters.
 */
export function cease(subcode: number, text = ''): NotificationMessage {
  const takesText = subcode === CEASE.administrativeShutdown || subcode === CEASE.administrativeReset;
  if (!takesText || text === '') return notification(ERROR.cease, subcode);
  const field = cutUtf8(text, SHUTDOWN_COMMUNICATION_LIMIT);
  const data = new Uint8Array(1 + field.byteLength);
  data[0] = field.byteLength;
  data.set(field, 1);
  return notification(ERROR.cease, subcode, data);
}

/** Wraps a NOTIFICATION so that a peer with the "N" bit does not keep our routes (RFC 8538 section 3.1). */
export function hardReset(inner: NotificationMessage): NotificationMessage {
  const data = new Uint8Array(2 + inner.data.byteLength);
  data[0] = inner.code;
  data[1] = inner.subcode;
  data.set(inner.data, 2);
  return notification(ERROR.cease, CEASE.hardReset, data);
}

/** What a Hard Reset wraps (RFC 8538 section 3.1); undefined for any other NOTIFICATION, and for one cut short. */
export function hardResetReason({ code, subcode, data }: NotificationMessage): NotificationMessage | undefined {
  if (code !== ERROR.cease || subcode !== CEASE.hardReset || data.byteLength < 2) return undefined;
  return notification(uint8At(data, 0), uint8At(data, 1), data.subarray(2));
}

/** What the operator wrote (RFC 9003 section 2), inside a Hard Reset too; undefined where there is nothing. */
export function shutdownCommunication(message: NotificationMessage): ShutdownCommunication | undefined {
  const { code, subcode, data } = hardResetReason(message) ?? message;
  const carriesText = subcode === CEASE.administrativeShutdown || subcode === CEASE.administrativeReset;
  if (code !== ERROR.cease || !carriesText || data.byteLength === 0) return undefined;
  const field = data.subarray(1);
  if (uint8At(data, 0) !== field.byteLength) return { malformed: data };
  if (field.byteLength === 0) return undefined;
  try {
    // Control characters would reach logs and terminals of ours.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(field).replaceAll(/\p{Cc}/gu, '\ufffd') };
  } catch {
    return { malformed: data };
  }
}

/** For people: the words of the registries, then what the operator wrote. */
export function describeNotification(message: NotificationMessage): string {
  const inner = hardResetReason(message);
  const outer = errorWords(message.code, message.subcode);
  const words = inner === undefined ? outer : `${outer} (${errorWords(inner.code, inner.subcode)})`;
  const communication = shutdownCommunication(message);
  if (communication === undefined) return words;
  return 'text' in communication
    ? `${words}: "${communication.text}"`
    : `${words}: malformed shutdown communication ${hexOf(communication.malformed)}`;
}

/** Reads what follows the header; the caller knows that code and subcode are there. */
export function decodeNotification(body: Uint8Array): NotificationMessage {
  return notification(uint8At(body, 0), uint8At(body, 1), body.slice(2));
}

function cutUtf8(text: string, limit: number): Uint8Array {
  const octets = new Uint8Array(limit);
  return octets.subarray(0, new TextEncoder().encodeInto(text, octets).written);
}

function hexOf(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

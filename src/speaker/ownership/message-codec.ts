import { createHmac, timingSafeEqual } from 'node:crypto';
import { BODY_TYPES, type Message } from './message.ts';
import { readBody, writeBody } from './message-body.ts';
import { OctetReader, OctetWriter } from './octets.ts';

/** Why a datagram is dropped, in the order of the checks. A reason is never renamed. */
export const MESSAGE_DROPS = [
  /** Longer than any message of ours. */
  'TooLong',
  /** Does not begin as our messages do. */
  'UnknownProtocol',
  /** Of a version that we do not speak. */
  'UnknownVersion',
  /** The message has no signature, and one is asked for here. */
  'Unsigned',
  /** The message has a signature, no key is configured here. */
  'NoKey',
  /** The signature is not of a key that is accepted here, or not of this segment. */
  'BadSignature',
  'UnknownType',
  /** Ends before its content does. */
  'Truncated',
  /** Goes on behind its content. */
  'TrailingOctets',
  /** A node name that Kubernetes would not allow. */
  'BadName',
  /** An unknown address family or role, or numbers that contradict one another. */
  'BadContent',
] as const;
export type MessageDrop = (typeof MESSAGE_DROPS)[number];

/** What {@link decodeMessage} found. */
export type DecodedMessage =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly drop: MessageDrop };

/** What a message is signed with, or that it is not. */
export type MessageSecret = Uint8Array | 'unsigned';

/** How messages are signed. */
export interface MessageKeys {
  /** Messages are sent as the first says, and accepted as any does. One at least. */
  readonly secrets: readonly MessageSecret[];
  /** The segment's name: what was said on one is worth nothing on another. */
  readonly segment: string;
}

/** Octets of the longest message: one frame on any network, with room for tunnels (RFC 8200 section 5: 1280). */
export const MOST_MESSAGE_OCTETS = 1_200;

const PROTOCOL = 0x4265;
const VERSION = 1;
const SIGNED = 0x01;
const SIGNATURE_OCTETS = 32;
/** Protocol, version, flags. */
const START_OCTETS = 4;
/** RFC 1123 as Kubernetes has it for the names of nodes. */
const NODE_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Writes a message: protocol 0x4265, version 1, flags, type, boot, version, sender, body, and HMAC-SHA256 (RFC 2104)
 * over the segment and all that where it is to be signed. Not signed without keys.
 */
export function encodeMessage({ from, boot, version, body }: Message, keys?: MessageKeys): Uint8Array {
  const secret = keys?.secrets[0] ?? 'unsigned';
  const writer = new OctetWriter();
  writer.number(PROTOCOL, 2);
  writer.number(VERSION, 1);
  writer.number(secret === 'unsigned' ? 0 : SIGNED, 1);
  writer.number(BODY_TYPES.indexOf(body.type), 1);
  writer.number(boot, 4);
  writer.number(version, 4);
  writer.text(from);
  writeBody(writer, body);
  const content = writer.done();
  if (keys === undefined || secret === 'unsigned') return content;
  return Uint8Array.from([...content, ...sign(content, keys.segment, secret)]);
}

/** Reads a message. Never throws: what is not one is dropped for a reason. Without keys it must not be signed. */
export function decodeMessage(octets: Uint8Array, keys?: MessageKeys): DecodedMessage {
  const drop = (reason: MessageDrop): DecodedMessage => ({ ok: false, drop: reason });
  if (octets.length > MOST_MESSAGE_OCTETS) return drop('TooLong');
  const start = new OctetReader(octets);
  if (start.number(2) !== PROTOCOL) return drop('UnknownProtocol');
  if (start.number(1) !== VERSION) return drop('UnknownVersion');
  const isSigned = (start.number(1) & SIGNED) !== 0;
  const accepted = (keys?.secrets ?? ['unsigned']).filter((secret) => (secret !== 'unsigned') === isSigned);
  if (accepted.length === 0) return drop(isSigned ? 'NoKey' : 'Unsigned');
  const end = octets.length - (isSigned ? SIGNATURE_OCTETS : 0);
  if (end < START_OCTETS) return drop('Truncated');
  const content = octets.subarray(0, end);
  const isOf = (secret: MessageSecret) =>
    secret === 'unsigned' || timingSafeEqual(sign(content, keys?.segment ?? '', secret), octets.subarray(end));
  if (!accepted.some(isOf)) return drop('BadSignature');
  return decodeContent(new OctetReader(content.subarray(START_OCTETS)), drop);
}

function decodeContent(reader: OctetReader, drop: (reason: MessageDrop) => DecodedMessage): DecodedMessage {
  const type = BODY_TYPES[reader.number(1)];
  if (type === undefined) return drop('UnknownType');
  const boot = reader.number(4);
  const version = reader.number(4);
  const from = reader.text();
  const body = readBody(reader, type);
  if (reader.isOver) return drop('Truncated');
  if (body === undefined) return drop('BadContent');
  if (!reader.isAtEnd) return drop('TrailingOctets');
  if (!namesOf(from, body).every((name) => NODE_NAME.test(name))) return drop('BadName');
  if (body.type === 'Changes' && body.changes.length > version) return drop('BadContent');
  return { ok: true, message: { from, boot, version, body } };
}

function namesOf(from: string, body: Message['body']): readonly string[] {
  const entries = body.type === 'Claims' ? body.claims : body.type === 'Changes' ? body.changes : [];
  return [from, ...entries.flatMap(({ claim }) => (claim?.role === 'Caretaker' ? [claim.of] : []))];
}

function sign(content: Uint8Array, segment: string, secret: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(`${segment}\0`).update(content).digest();
}

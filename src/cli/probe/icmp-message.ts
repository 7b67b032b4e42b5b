import type { IPFamily } from '../../ip/family.ts';

/** What came back for one echo request: from where it was sent to, or from a router on the way. */
export interface EchoOutcome {
  /** `TimeExceeded`: its TTL or Hop Limit ended there. */
  readonly kind: 'Reply' | 'TimeExceeded' | 'Unreachable';
  readonly identifier: number;
  readonly sequence: number;
}

/** ICMP types: RFC 792; RFC 4443 sections 3 and 4. */
const TYPES = {
  IPv4: { request: 8, reply: 0, timeExceeded: 11, unreachable: 3 },
  IPv6: { request: 128, reply: 129, timeExceeded: 3, unreachable: 1 },
} as const;
const ICMP_HEADER = 8;
const IPV6_HEADER = 40;
/** As much as ping(8) sends. */
const PAYLOAD = 56;

/** An echo request, whose checksum is still 0. */
export function encodeEcho(family: IPFamily, identifier: number, sequence: number): Buffer {
  const message = Buffer.alloc(ICMP_HEADER + PAYLOAD);
  message[0] = TYPES[family].request;
  message.writeUInt16BE(identifier, 4);
  message.writeUInt16BE(sequence, 6);
  return message;
}

/** Reads what came back for an echo request; undefined for any other message. Never throws. */
export function decodeEchoOutcome(family: IPFamily, message: Buffer): EchoOutcome | undefined {
  const { request, reply, timeExceeded, unreachable } = TYPES[family];
  const type = message[0];
  if (type === reply) return outcome('Reply', message);
  if (type !== timeExceeded && type !== unreachable) return undefined;
  // An error carries the packet that it is about.
  const packet = message.subarray(ICMP_HEADER);
  const header = family === 'IPv4' ? ((packet[0] ?? 0) & 0x0f) * 4 : IPV6_HEADER;
  const about = packet.subarray(header);
  if (about[0] !== request) return undefined;
  return outcome(type === timeExceeded ? 'TimeExceeded' : 'Unreachable', about);
}

function outcome(kind: EchoOutcome['kind'], echo: Buffer): EchoOutcome | undefined {
  if (echo.length < ICMP_HEADER) return undefined;
  return { kind, identifier: echo.readUInt16BE(4), sequence: echo.readUInt16BE(6) };
}

import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';

/** One netlink message (netlink(7)). */
export interface NetlinkMessage {
  /** NLMSG_* below 16, RTM_* of rtnetlink(7) from there. */
  readonly type: number;
  /** NLM_F_* bits. */
  readonly flags: number;
  /** Of the request that this answers; 0 for a change notice. */
  readonly sequence: number;
  /** What follows the header, without padding. */
  readonly payload: Uint8Array;
}

/** What {@link decodeMessages} found in one datagram. */
export interface DecodedMessages {
  readonly messages: readonly NetlinkMessage[];
  /** The datagram ended in bytes that are no message, so something of it is missing. */
  readonly malformed: boolean;
}

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
/** A dump that was interrupted by a change: some objects may be missing or listed twice. */
export const NLM_F_DUMP_INTR = 0x10;
/** NLM_F_ROOT | NLM_F_MATCH: asks for all objects. */
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
/** Fails with EEXIST where there is one already. */
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** struct nlmsghdr: u32 length with header, u16 type, u16 flags, u32 sequence, u32 port; host byte order. */
const HEADER_LENGTH = 16;
const ALIGNMENT = 4;

/** The length rounded up to where the next message or attribute begins (NLMSG_ALIGN, RTA_ALIGN). */
export function align(length: number): number {
  return (length + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

/** The message as a datagram. Its port is left 0: the kernel knows the sender. */
export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const datagram = new Uint8Array(HEADER_LENGTH + align(message.payload.length));
  const view = viewOf(datagram);
  view.setUint32(0, HEADER_LENGTH + message.payload.length, HOST_LITTLE_ENDIAN);
  view.setUint16(4, message.type, HOST_LITTLE_ENDIAN);
  view.setUint16(6, message.flags, HOST_LITTLE_ENDIAN);
  view.setUint32(8, message.sequence, HOST_LITTLE_ENDIAN);
  datagram.set(message.payload, HEADER_LENGTH);
  return datagram;
}

/** The messages of one datagram. Payloads share its memory. Reads nothing beyond it, whatever lengths it claims. */
export function decodeMessages(datagram: Uint8Array): DecodedMessages {
  const view = viewOf(datagram);
  const messages: NetlinkMessage[] = [];
  let offset = 0;
  while (offset + HEADER_LENGTH <= datagram.length) {
    const length = view.getUint32(offset, HOST_LITTLE_ENDIAN);
    if (length < HEADER_LENGTH || length > datagram.length - offset) break;
    messages.push({
      type: view.getUint16(offset + 4, HOST_LITTLE_ENDIAN),
      flags: view.getUint16(offset + 6, HOST_LITTLE_ENDIAN),
      sequence: view.getUint32(offset + 8, HOST_LITTLE_ENDIAN),
      payload: datagram.subarray(offset + HEADER_LENGTH, offset + length),
    });
    offset += align(length);
  }
  // The last message may lack its padding.
  return { messages, malformed: offset < datagram.length };
}

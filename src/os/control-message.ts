import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';

/** One control message of recvmsg(2), as cmsg(3) has it. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** The architectures of Node.js on which size_t, the length in struct cmsghdr, has 32 bits. */
const SHORT_WORDS: ReadonlySet<string> = new Set(['arm', 'ia32', 'mips', 'mipsel', 'ppc', 's390']);
const WORD = SHORT_WORDS.has(process.arch) ? 4 : 8;
/** struct cmsghdr: size_t length with header, i32 level, i32 type. */
const HEADER_LENGTH = WORD + 8;

/** The messages in a control buffer whose unused part is zero. They share its memory. Reads nothing beyond it. */
export function decodeControl(control: Uint8Array): readonly ControlMessage[] {
  const view = viewOf(control);
  const messages: ControlMessage[] = [];
  for (let offset = 0; offset + HEADER_LENGTH <= control.length; ) {
    const length =
      WORD === 4 ? view.getUint32(offset, HOST_LITTLE_ENDIAN) : Number(view.getBigUint64(offset, HOST_LITTLE_ENDIAN));
    if (length < HEADER_LENGTH || length > control.length - offset) break;
    messages.push({
      level: view.getInt32(offset + WORD, HOST_LITTLE_ENDIAN),
      type: view.getInt32(offset + WORD + 4, HOST_LITTLE_ENDIAN),
      data: control.subarray(offset + HEADER_LENGTH, offset + length),
    });
    offset += Math.ceil(length / WORD) * WORD;
  }
  return messages;
}

import {
  decodeHeader,
  HEADER_LENGTH,
  MAX_EXTENDED_MESSAGE_LENGTH,
  MAX_MESSAGE_LENGTH,
  type MessageType,
} from './header.ts';
import type { NotificationMessage } from './notification.ts';
import { NO_OCTETS } from './octets.ts';

/** One whole message, not yet understood, or what has to be answered to a header. */
export type Frame =
  | { readonly ok: true; readonly type: MessageType /** Header included. */; readonly octets: Uint8Array }
  | { readonly ok: false; readonly notification: NotificationMessage };

/**
 * Cuts what TCP delivers into messages. Holds no more than the last piece delivered and a message that is not yet whole.
 * After a header that is wrong nothing can be found any more: the reader then has no more frames.
 */
export class MessageReader {
  #rest: Uint8Array = NO_OCTETS;
  #limit = MAX_MESSAGE_LENGTH;
  #lost = false;

  /** Both sides have sent their OPEN, and ours offered extended messages (RFC 8654 section 4). */
  acceptExtendedMessages(): void {
    this.#limit = MAX_EXTENDED_MESSAGE_LENGTH;
  }

  /** Takes what arrived. The reader keeps the octets: the caller must not change them. */
  push(octets: Uint8Array): void {
    if (this.#lost) return;
    if (this.#rest.byteLength === 0) {
      this.#rest = octets;
      return;
    }
    const joined = new Uint8Array(this.#rest.byteLength + octets.byteLength);
    joined.set(this.#rest);
    joined.set(octets, this.#rest.byteLength);
    this.#rest = joined;
  }

  /** The next message, or undefined until more arrives. */
  next(): Frame | undefined {
    if (this.#lost || this.#rest.byteLength < HEADER_LENGTH) return undefined;
    const header = decodeHeader(this.#rest, this.#limit);
    if (!header.ok) {
      this.#lost = true;
      this.#rest = NO_OCTETS;
      return header;
    }
    if (this.#rest.byteLength < header.length) return undefined;
    const octets = this.#rest.subarray(0, header.length);
    this.#rest = this.#rest.subarray(header.length);
    return { ok: true, type: header.type, octets };
  }
}

import type { TcpConnection, TcpListenerOfOne } from '../../../os/tcp-connection.ts';
import { type DecodedMessage, decodeMessage, encodeMessage, type Message } from '../message/message.ts';
import { MessageReader } from '../message/message-reader.ts';
import type { UpdateContext } from '../message/update.ts';
import type { NegotiatedSession } from '../session-state/negotiation.ts';

/** Who hears of a {@link PeerConnection}. */
export interface PeerConnectionListener {
  onConnected(): void;
  onMessage(decoded: DecodedMessage): void;
  /** TCP took something that was sent. */
  onWritten(): void;
  onClosed(reason: string, code?: string): void;
}

/** Before the peer's OPEN an UPDATE is an error whatever it holds. */
const NOTHING_SETTLED: UpdateContext = { fourOctetAs: true, internal: false, families: [], extendedNextHop: false };

/** One TCP connection with a peer, in messages. */
export class PeerConnection {
  readonly #reader = new MessageReader();
  readonly #tcp: TcpConnection;
  readonly #listener: PeerConnectionListener;
  #context = NOTHING_SETTLED;
  #waiting = 0;
  #open = true;

  /** @param make makes the connection, and is not to call the listener before it returns */
  constructor(make: (listener: TcpListenerOfOne) => TcpConnection, listener: PeerConnectionListener) {
    this.#listener = listener;
    this.#tcp = make({
      onConnected: () => listener.onConnected(),
      onData: (octets) => this.#read(octets),
      onClosed: (reason, code) => {
        this.#open = false;
        listener.onClosed(reason, code);
      },
    });
  }

  /** Octets that TCP has not taken yet. */
  get waiting(): number {
    return this.#waiting;
  }

  get local(): TcpConnection['local'] {
    return this.#tcp.local;
  }

  /** Reads UPDATEs by what both OPENs settled from here on. */
  settle(session: NegotiatedSession, offeredExtendedMessages: boolean): void {
    this.#context = session;
    if (offeredExtendedMessages) this.#reader.acceptExtendedMessages();
  }

  send(message: Message): void {
    this.write(encodeMessage(message, this.#context.fourOctetAs));
  }

  /** Sends messages that are octets already. */
  write(octets: Uint8Array): void {
    this.#waiting += octets.byteLength;
    this.#tcp.write(octets, () => {
      this.#waiting -= octets.byteLength;
      if (this.#open) this.#listener.onWritten();
    });
  }

  setPassword(password: string | undefined): void {
    this.#tcp.setPassword(password);
  }

  /** Closes behind what was sent; nothing is heard of it any more. */
  close(): void {
    this.#open = false;
    this.#tcp.end();
  }

  #read(octets: Uint8Array): void {
    this.#reader.push(octets);
    for (let frame = this.#reader.next(); frame !== undefined && this.#open; frame = this.#reader.next()) {
      this.#listener.onMessage(decodeMessage(frame, this.#context));
    }
  }
}

import { type Address, formatAddress, parseAddress } from '../../ip/address.ts';
import type { UdpSocket } from '../../os/udp-socket.ts';
import type { Message } from '../ownership/message.ts';
import { decodeMessage, encodeMessage, type MessageKeys } from '../ownership/message-codec.ts';
import type { WireInterface } from './messages.ts';
import type { OwnershipTally } from './ownership-tally.ts';
import type { WirePorts } from './ports.ts';

/** UDP port of ownership messages, the number that they begin with; of no service that IANA knows. */
export const OWNERSHIP_PORT = 16_997;
/** RFC 5082: sent so, what arrives with less came through a router. */
const HOP_LIMIT = 255;

/** Where the messages of one segment go out and come in. */
export interface OwnershipEndpoint {
  readonly interface: Pick<WireInterface, 'name' | 'index'>;
  /** Our own address on the segment, as text. */
  readonly local: string;
  readonly keys: MessageKeys | undefined;
}

/** Carries the ownership messages of one segment: what does not come from a peer of it is dropped and counted. */
export class OwnershipSocket {
  readonly #ports: WirePorts;
  readonly #tally: OwnershipTally;
  readonly #endpoint: OwnershipEndpoint;
  readonly #onMessage: (message: Message) => void;
  #socket: UdpSocket | undefined;
  #peers: ReadonlyMap<string, { readonly from: readonly Address[]; readonly to: readonly Address[] }> = new Map();
  /** The failure reported last, so that one that lasts is reported once. */
  #fault = '';

  constructor(
    ports: WirePorts,
    tally: OwnershipTally,
    endpoint: OwnershipEndpoint,
    onMessage: (message: Message) => void,
  ) {
    this.#ports = ports;
    this.#tally = tally;
    this.#endpoint = endpoint;
    this.#onMessage = onMessage;
  }

  /**
   * The peers: by node, the addresses that its messages may come from, and those that messages to it go to.
   *
   * @throws AddressError for malformed text.
   */
  set peers(peers: readonly {
    readonly node: string;
    readonly from: readonly string[];
    readonly to: readonly string[];
  }[]) {
    this.#peers = new Map(
      peers.map(({ node, from, to }) => [node, { from: from.map(parseAddress), to: to.map(parseAddress) }]),
    );
  }

  /** Opens the socket if it is not; a failure is reported once, and can be tried again. */
  open(): void {
    if (this.#socket !== undefined) return;
    const local = parseAddress(this.#endpoint.local);
    try {
      this.#socket = this.#ports.openUdpSocket({
        interface: this.#endpoint.interface,
        family: local.family,
        local,
        port: OWNERSHIP_PORT,
        onDatagram: ({ payload, source, hopLimit }) => this.#receive(payload, source, hopLimit),
        onError: (error) => this.#report(error),
      });
      this.#fault = '';
    } catch (error) {
      this.#report(error);
    }
  }

  send(to: readonly string[], message: Message): void {
    if (this.#socket === undefined) return;
    const octets = encodeMessage(message, this.#endpoint.keys);
    for (const remote of to.flatMap((node) => this.#peers.get(node)?.to ?? [])) {
      this.#socket.send(octets, remote, OWNERSHIP_PORT);
      this.#tally.sent();
    }
  }

  /** Hands over at once what waits in the queue. */
  drain(): void {
    this.#socket?.drain();
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #receive(payload: Uint8Array, source: Address, hopLimit: number): void {
    this.#tally.received();
    if (hopLimit !== HOP_LIMIT) {
      this.#tally.drop('HopLimit');
      return;
    }
    const decoded = decodeMessage(payload, this.#endpoint.keys);
    if (!decoded.ok) {
      this.#tally.drop(decoded.drop);
      return;
    }
    const own = this.#peers.get(decoded.message.from)?.from ?? [];
    if (!own.some(({ family, value }) => family === source.family && value === source.value)) {
      this.#tally.drop('WrongSource');
      return;
    }
    this.#onMessage(decoded.message);
  }

  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#fault) return;
    this.#fault = reason;
    const { local } = this.#endpoint;
    const from = formatAddress(parseAddress(local));
    this.#ports.send({ type: 'fault', message: `ownership messages from ${from}: ${reason}` });
  }
}

import type { IPFamily } from '../../src/ip/family.ts';
import { native } from '../../src/os/native.ts';
import { encodeSocketAddress, SOCKET_ADDRESS_LENGTH, unspecifiedAddress } from '../../src/os/socket-address.ts';

const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
/** Half a second of all probes: what is lost because a process of the bench had no processor would count as lost. */
const RECEIVE_BUFFER = 8 * 1024 * 1024;
const MAX_DATAGRAM = 64;
const CONTROL_LENGTH = 64;

/** A UDP socket that is read when its owner says so, for programs that keep time by the millisecond. */
export class DatagramSocket {
  readonly #addon = native();
  readonly #buffer = new Uint8Array(MAX_DATAGRAM);
  readonly #source = new Uint8Array(SOCKET_ADDRESS_LENGTH);
  readonly #control = new Uint8Array(CONTROL_LENGTH);
  readonly #fd: number;

  constructor(family: IPFamily, port: number) {
    this.#fd = this.#addon.socket(family === 'IPv4' ? 2 : 10, SOCK_DGRAM, 0);
    this.#addon.setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
    if (family === 'IPv6') this.#addon.setsockopt(this.#fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    this.#addon.bind(this.#fd, encodeSocketAddress({ address: unspecifiedAddress(family), port }));
  }

  /** Calls back whenever there is something to read. */
  onReadable(read: () => void): void {
    this.#addon.poll(this.#fd, read);
  }

  /** @param to as `encodeSocketAddress` writes it. One that cannot be sent is lost. */
  send(payload: Uint8Array, to: Uint8Array): void {
    try {
      this.#addon.sendto(this.#fd, payload, to);
    } catch {
      // Nobody has the neighbour's MAC address, say: that is what is measured.
    }
  }

  /** Hands over all that has come; what is handed over is valid until the callback returns. */
  drain(onDatagram: (payload: Uint8Array, source: Uint8Array) => void): void {
    for (;;) {
      const length = this.#addon.recvmsg(this.#fd, this.#buffer, this.#source, this.#control);
      if (length < 0) return;
      onDatagram(this.#buffer.subarray(0, Math.min(length, MAX_DATAGRAM)), this.#source);
    }
  }
}

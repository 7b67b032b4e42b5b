import type { Address } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { bindToDevice } from './bound-device.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';
import { type ControlMessage, decodeControl } from './control-message.ts';
import { type Native, native } from './native.ts';
import {
  decodeSocketAddress,
  encodeSocketAddress,
  SOCKET_ADDRESS_LENGTH,
  unspecifiedAddress,
} from './socket-address.ts';
import { describeError, type SystemError } from './system-error.ts';

/** One datagram, with what tells whether a router passed it on (RFC 5082). */
export interface Datagram {
  /** The payload; the callee's to keep. */
  readonly payload: Buffer;
  readonly source: Address;
  readonly sourcePort: number;
  /** TTL or Hop Limit as it arrived; 255 only from this link, or from a host that lies to itself. */
  readonly hopLimit: number;
  /** The interface that it came in by. */
  readonly interfaceIndex: number;
}

/** A UDP socket (udp(7)) for protocols that look at what a packet went through. */
export interface UdpSocket {
  /** Sends one datagram with TTL or Hop Limit 255. One that cannot be sent is lost and goes to `onError`. */
  send(payload: Uint8Array, to: Address, port: number): void;
  /** Hands over at once what waits in the queue, so that a late thread does not take what came in time for missing. */
  drain(): void;
  /** Closes it: no callback is called after this returns. Calling it again does nothing. */
  close(): void;
}

export interface UdpSocketOptions {
  /** Sends and receives by this one alone, or by those of a VRF; by any that is in none when absent. */
  readonly interface?: { readonly name: string; readonly index: number } | undefined;
  readonly family: IPFamily;
  /** An address of the host that datagrams are sent from and received at; any when absent. */
  readonly local?: Address | undefined;
  readonly port: number;
  readonly onDatagram: (datagram: Datagram) => void;
  /** Called for an error of the socket, which goes on. */
  readonly onError: (error: SystemError) => void;
}

const SOCK_DGRAM = 2;
/** TTL or Hop Limit, and Traffic Class, of what is sent: RFC 5082 section 3; Internetwork Control (RFC 4594, CS6). */
const HOP_LIMIT = 255;
const INTERNETWORK_CONTROL = 0xc0;

/** The options of ip(7) and ipv6(7), by family. */
const OPTIONS = {
  IPv4: { domain: 2, level: 0, hopLimit: 2, trafficClass: 1, receive: [12, 8], hopLimitMessage: 2, packetInfo: 8 },
  IPv6: {
    domain: 10,
    level: 41,
    hopLimit: 16,
    trafficClass: 67,
    receive: [51, 49],
    hopLimitMessage: 52,
    packetInfo: 50,
  },
} as const;
const IPV6_V6ONLY = 26;

/** Offset of the interface's index in struct in_pktinfo and in struct in6_pktinfo. */
const INTERFACE_INDEX = { IPv4: 0, IPv6: 16 } as const;

/** Datagrams taken per wake-up, so that a flood cannot keep timers of the same thread from running. */
const BATCH = 64;
/** Datagrams that {@link UdpSocket.drain} takes at most: more than the queue of a socket holds by default. */
const DRAIN = 1024;
/** Longer datagrams are none of a protocol here, and dropped. */
const MAX_DATAGRAM = 2048;
const CONTROL_LENGTH = 256;

/**
 * Opens a UDP socket.
 *
 * @throws SystemError `EADDRINUSE` where another process has the port, `EADDRNOTAVAIL` where the host lacks the address,
 *   `ENODEV` for an unknown interface, `EPERM` without CAP_NET_RAW on kernels before 5.7.
 * @throws NativeAddonError when the addon is not built.
 */
export function openUdpSocket(options: UdpSocketOptions): UdpSocket {
  const addon = native();
  let fd: number;
  try {
    fd = openBound(addon, options);
  } catch (error) {
    throw describeError(error, `cannot open UDP port ${options.port}${on(options)}`, {
      EADDRINUSE: 'another process has it: stop that, or keep it off this interface',
      EPERM: 'run as root or grant CAP_NET_RAW',
    });
  }
  return new KernelUdpSocket(addon, fd, options);
}

function openBound(addon: Native, options: UdpSocketOptions): number {
  const { family, port, local = unspecifiedAddress(family) } = options;
  const { domain, level, hopLimit, trafficClass, receive } = OPTIONS[family];
  const fd = addon.socket(domain, SOCK_DGRAM, 0);
  try {
    if (options.interface !== undefined) bindToDevice(addon, fd, options.interface.name);
    if (family === 'IPv6') addon.setsockopt(fd, level, IPV6_V6ONLY, 1);
    addon.setsockopt(fd, level, hopLimit, HOP_LIMIT);
    addon.setsockopt(fd, level, trafficClass, INTERNETWORK_CONTROL);
    for (const option of receive) addon.setsockopt(fd, level, option, 1);
    addon.bind(fd, encodeSocketAddress({ address: local, port }, options.interface?.index));
    return fd;
  } catch (error) {
    addon.close(fd);
    throw error;
  }
}

class KernelUdpSocket implements UdpSocket {
  readonly #addon: Native;
  readonly #fd: number;
  readonly #options: UdpSocketOptions;
  readonly #buffer = Buffer.alloc(MAX_DATAGRAM);
  readonly #address = new Uint8Array(SOCKET_ADDRESS_LENGTH);
  readonly #control = new Uint8Array(CONTROL_LENGTH);
  readonly #stopPolling: () => void;
  #open = true;

  constructor(addon: Native, fd: number, options: UdpSocketOptions) {
    this.#addon = addon;
    this.#fd = fd;
    this.#options = options;
    this.#stopPolling = addon.poll(fd, () => this.#receive(BATCH));
  }

  send(payload: Uint8Array, to: Address, port: number): void {
    if (!this.#open) return;
    try {
      this.#addon.sendto(this.#fd, payload, encodeSocketAddress({ address: to, port }, this.#options.interface?.index));
    } catch (error) {
      this.#report('cannot send a datagram', error);
    }
  }

  drain(): void {
    this.#receive(DRAIN);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#stopPolling();
  }

  #receive(most: number): void {
    for (let taken = 0; taken < most && this.#open; taken++) {
      let length: number;
      try {
        length = this.#addon.recvmsg(this.#fd, this.#buffer, this.#address, this.#control);
      } catch (error) {
        this.#report('cannot receive', error);
        continue;
      }
      if (length < 0) return;
      if (length <= MAX_DATAGRAM) this.#deliver(length);
    }
  }

  #deliver(length: number): void {
    const sender = decodeSocketAddress(this.#address);
    const { hopLimit, interfaceIndex } = circumstances(this.#options.family, decodeControl(this.#control));
    if (sender === undefined || hopLimit === undefined || interfaceIndex === undefined) return;
    const payload = Buffer.from(this.#buffer.subarray(0, length));
    this.#options.onDatagram({ payload, source: sender.address, sourcePort: sender.port, hopLimit, interfaceIndex });
  }

  #report(doing: string, error: unknown): void {
    this.#options.onError(describeError(error, `${doing}${on(this.#options)}`));
  }
}

/** For messages: the interface, where there is one. */
function on({ interface: link }: UdpSocketOptions): string {
  return link === undefined ? '' : ` on interface ${link.name}`;
}

/** How the datagram arrived, by the control messages that came with it. */
function circumstances(
  family: IPFamily,
  messages: readonly ControlMessage[],
): { readonly hopLimit: number | undefined; readonly interfaceIndex: number | undefined } {
  const { level, hopLimitMessage, packetInfo } = OPTIONS[family];
  const number = (wanted: number, offset: number): number | undefined => {
    const data = messages.find((message) => message.level === level && message.type === wanted)?.data;
    return data === undefined || data.length < offset + 4
      ? undefined
      : viewOf(data).getInt32(offset, HOST_LITTLE_ENDIAN);
  };
  return {
    hopLimit: number(hopLimitMessage, 0),
    interfaceIndex: number(packetInfo, INTERFACE_INDEX[family]),
  };
}

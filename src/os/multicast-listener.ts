import type { IPv6Address } from '../ip/address.ts';
import { MLD_QUERY_FILTER } from './bpf.ts';
import { type Native, native } from './native.ts';
import { openPacketSocket, type PacketSocket } from './packet-socket.ts';
import { encodeSocketAddress } from './socket-address.ts';
import { describeError, type SystemError } from './system-error.ts';

/**
 * An interface that lets in the frames of all multicast groups, and whose owner tells routers and switches by MLD which of
 * them it wants: beside the kernel, which tells of the groups that it has joined itself.
 */
export interface MulticastListener {
  /** Sends an MLD message, from the ICMPv6 header on. One that cannot be sent is lost and goes to `onError`. */
  send(message: Uint8Array, group: IPv6Address): void;
  /** Closes it: no callback is called after this returns, and the interface lets in what it did before. */
  close(): void;
}

export interface MulticastListenerOptions {
  readonly interfaceIndex: number;
  /** Called for each frame that looks like a query of MLD; the buffer is the callee's to keep. */
  readonly onQuery: (frame: Buffer) => void;
  /** Called for an error of either socket; see {@link PacketSocketOptions.onError}. */
  readonly onError: (error: SystemError) => void;
}

const AF_INET6 = 10;
const SOCK_RAW = 3;
const IPPROTO_IPV6 = 41;
const IPPROTO_ICMPV6 = 58;
/** Options of ipv6(7) and, of RFC 3542, the filter of ICMPv6 types; all bits set blocks all. */
const IPV6_MULTICAST_IF = 17;
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_HOPOPTS = 54;
const ICMP6_FILTER = 1;
const BLOCK_ALL = new Uint8Array(32).fill(0xff);
/** RFC 3810 section 5: Router Alert (RFC 2711), and two octets of padding. */
const ROUTER_ALERT = Uint8Array.of(0, 0, 5, 2, 0, 0, 1, 0);

/**
 * Opens the two sockets that it takes: what is sent goes through the kernel, which knows the link-local address that it is
 * to come from, and makes the checksum; what is received is taken as frames, since the kernel drops queries that are sent
 * to a group which it has not joined.
 *
 * @throws SystemError `EPERM` without CAP_NET_RAW, `ENODEV` for an unknown interface.
 * @throws NativeAddonError when the addon is not built.
 */
export function openMulticastListener(options: MulticastListenerOptions): MulticastListener {
  const { interfaceIndex, onQuery, onError } = options;
  const addon = native();
  const queries = openPacketSocket({
    ...{ interfaceIndex, onError },
    filter: MLD_QUERY_FILTER,
    allMulticast: true,
    onFrame: onQuery,
  });
  try {
    return new KernelMulticastListener(addon, openSender(addon, interfaceIndex), queries, options);
  } catch (error) {
    queries.close();
    throw describeError(error, `cannot open an ICMPv6 socket for interface ${interfaceIndex}`);
  }
}

function openSender(addon: Native, interfaceIndex: number): number {
  const fd = addon.socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
  try {
    addon.setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, BLOCK_ALL);
    addon.setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, interfaceIndex);
    addon.setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1);
    addon.setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    addon.setsockopt(fd, IPPROTO_IPV6, IPV6_HOPOPTS, ROUTER_ALERT);
    return fd;
  } catch (error) {
    addon.close(fd);
    throw error;
  }
}

class KernelMulticastListener implements MulticastListener {
  readonly #addon: Native;
  readonly #sender: number;
  readonly #queries: PacketSocket;
  readonly #options: MulticastListenerOptions;
  #open = true;

  constructor(addon: Native, sender: number, queries: PacketSocket, options: MulticastListenerOptions) {
    this.#addon = addon;
    this.#sender = sender;
    this.#queries = queries;
    this.#options = options;
  }

  send(message: Uint8Array, group: IPv6Address): void {
    if (!this.#open) return;
    try {
      this.#addon.sendto(this.#sender, message, encodeSocketAddress({ address: group, port: 0 }));
    } catch (error) {
      this.#options.onError(
        describeError(error, `interface ${this.#options.interfaceIndex}: cannot send an MLD message`, {
          EADDRNOTAVAIL: 'give it a link-local address',
        }),
      );
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#queries.close();
    this.#addon.close(this.#sender);
  }
}

import type { IPFamily } from '../../ip/family.ts';
import type { TcpConnection, TcpConnectOptions, TcpListenerOfOne } from '../../os/tcp-connection.ts';
import type { TcpPort, TcpPortOptions } from '../../os/tcp-listener.ts';
import type { TcpDrops } from '../../os/tcp-statistics.ts';
import type { UdpSocket, UdpSocketOptions } from '../../os/udp-socket.ts';
import type { Clock } from './clock.ts';
import type { FromWire } from './messages.ts';

/** An open socket for the frames of one protocol on one interface: ARP, neighbour or router discovery. */
export interface FrameSocket {
  /** Sends one frame, or loses it and tells {@link FrameSocketListener.onError} before it returns. */
  send(frame: Uint8Array): void;
  close(): void;
}

/** Who hears what a {@link FrameSocket} receives. */
export interface FrameSocketListener {
  onFrame(frame: Uint8Array): void;
  /** `code` is the name of the errno. The socket goes on, if its interface does. */
  onError(error: Error & { readonly code?: string | undefined }): void;
}

/** The IPv6 multicast groups of one interface, as integers. */
export interface GroupSocket {
  /** @throws when the interface is gone or has no IPv6. */
  join(group: bigint): void;
  leave(group: bigint): void;
  /** Leaves all. */
  close(): void;
}

/** An interface that lets in all multicast groups, and tells by MLD of those that it wants. */
export interface ListenerSocket {
  /** Sends an MLD message, from the ICMPv6 header on, or loses it and tells {@link FrameSocketListener.onError}. */
  send(message: Uint8Array, group: bigint): void;
  close(): void;
}

/** All that the wire touches of the outside world. */
export interface WirePorts {
  readonly clock: Clock;
  /** 0 up to but not including 1, not to be guessed by others. */
  random(): number;
  /** @throws when the interface is gone or the right CAP_NET_RAW is missing. */
  openSocket(family: IPFamily, interfaceIndex: number, listener: FrameSocketListener): FrameSocket;
  /** For Router Solicitations and Advertisements. @throws as {@link openSocket} */
  openRouterSocket(interfaceIndex: number, listener: FrameSocketListener): FrameSocket;
  /** Never throws: the first join may. */
  openGroups(interfaceIndex: number): GroupSocket;
  /** `listener` hears the queries. @throws as {@link WirePorts.openSocket}. */
  openListener(interfaceIndex: number, listener: FrameSocketListener): ListenerSocket;
  /** @throws when the port is taken, the address or the interface is gone. */
  openUdpSocket(options: UdpSocketOptions): UdpSocket;
  /** Begins to connect. @throws when the host lacks the source address, among others. */
  connectTcp(options: TcpConnectOptions, listener: TcpListenerOfOne): TcpConnection;
  /** @throws when the port is taken, or the right to have it is missing. */
  listenTcp(options: TcpPortOptions): TcpPort;
  /** How many TCP segments the kernel has dropped so far, by reason; undefined where it does not say. */
  tcpDrops(): TcpDrops | undefined;
  /** Adds the address to `lo`, or renews it; the kernel removes it `validSeconds` later. @throws without CAP_NET_ADMIN. */
  putLoopbackAddress(address: string, validSeconds: number): void;
  /** Succeeds when the address is not there. @throws without CAP_NET_ADMIN. */
  removeLoopbackAddress(address: string): void;
  send(message: FromWire): void;
}

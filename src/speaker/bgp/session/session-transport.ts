import type { Address } from '../../../ip/address.ts';
import type { TcpConnection, TcpListenerOfOne } from '../../../os/tcp-connection.ts';
import type { Clock } from '../../wire/clock.ts';

/** What one session needs of the world. */
export interface SessionTransport {
  readonly clock: Clock;
  /** 0 up to but not including 1. */
  random(): number;
  /** Calls back in another turn of the thread, so that timers and sockets have theirs before. */
  nextTurn(piece: () => void): void;
  /** Begins to connect to the peer. @throws where it cannot even begin */
  connect(listener: TcpListenerOfOne): TcpConnection;
}

/** A connection that the peer has made: to be accepted or refused at once. */
export interface IncomingConnection {
  accept(listener: TcpListenerOfOne): TcpConnection;
  refuse(): void;
}

/** An interface of this node, as far as next hops are taken from it. */
export interface LocalInterface {
  readonly name: string;
  readonly index: number;
  /** With prefix lengths, such as `192.0.2.11/24`; link-local ones too. */
  readonly addresses: readonly string[];
  /** The VRF that it is in. */
  readonly vrf?: string | undefined;
}

/** {@link LocalInterface} with its addresses read. */
export interface InterfaceAddresses {
  readonly name: string;
  readonly index: number;
  readonly vrf?: string | undefined;
  readonly prefixes: readonly { readonly address: Address; readonly length: number }[];
}

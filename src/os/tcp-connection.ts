import { Socket } from 'node:net';
import { type Address, formatAddress, parseAddress } from '../ip/address.ts';
import { bindToDevice } from './bound-device.ts';
import { type Native, native } from './native.ts';
import { encodeSocketAddress, isLinkLocal, type SocketAddress, unspecifiedAddress } from './socket-address.ts';
import { describeError, errorCode } from './system-error.ts';
import { openTcpSocket, setHopLimits, setMd5Key, type TcpOptions } from './tcp-options.ts';

/** Who hears of a {@link TcpConnection}. Nothing is called before the function that made it has returned. */
export interface TcpListenerOfOne {
  /** Only of a connection that we made. */
  onConnected(): void;
  /** The octets are the callee's to keep. */
  onData(octets: Uint8Array): void;
  /**
   * The last call: it could not be made, was closed by the peer, or broke. Not called after `end` or `destroy`.
   *
   * @param code as errno(3) names it; undefined where the peer closed it in order
   */
  onClosed(reason: string, code?: string): void;
}

/** A TCP connection, or one that is being made. */
export interface TcpConnection {
  /** Our end, once it stands. */
  readonly local: Address | undefined;
  /** Queues octets for TCP. @param onTaken called when TCP has taken them, not when the peer has. */
  write(octets: Uint8Array, onTaken: () => void): void;
  /** Closes behind what was written. */
  end(): void;
  /** Closes at once: what was written may be lost. */
  destroy(): void;
  /** Signs by another key from now on. @throws SystemError where the kernel refuses. */
  setPassword(password: string | undefined): void;
}

export interface TcpConnectOptions extends TcpOptions {
  readonly remote: SocketAddress;
  /** Our end; the kernel chooses when absent. */
  readonly local?: Address | undefined;
  /** The link of a link-local `remote` (RFC 4007 section 11). */
  readonly interface?: { readonly name: string; readonly index: number } | undefined;
  /** The VRF that the connection is in; that of the main table when absent. */
  readonly device?: string | undefined;
}

/** Milliseconds that a peer is given to take what was written before the end. */
const LINGER = 5000;

/** What the errors of connect(2) and of a connection mean, by errno(3) name. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there, or a firewall rejects it',
  ECONNRESET: 'connection reset by the peer',
  EHOSTUNREACH: 'no route to the host, or it does not answer on its link',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'timed out',
  EPIPE: 'closed by the peer',
  EADDRNOTAVAIL: 'the node lacks the source address',
  ENODEV: 'the node lacks the VRF',
};

/**
 * Begins to connect.
 *
 * @throws SystemError such as `EADDRNOTAVAIL` where the host lacks `local`, `ENODEV` where it lacks `device`.
 * @throws NativeAddonError when the addon is not built.
 */
export function connectTcp(options: TcpConnectOptions, listener: TcpListenerOfOne): TcpConnection {
  const { remote, local, interface: link, device, password } = options;
  const { family } = remote.address;
  const addon = native();
  let fd: number | undefined;
  try {
    fd = openTcpSocket(addon, family);
    if (device !== undefined) bindToDevice(addon, fd, device);
    setHopLimits(addon, fd, family, options);
    if (password !== undefined) setMd5Key(addon, fd, remote.address, password);
    const source = { address: local ?? unspecifiedAddress(family), port: 0 };
    addon.bind(fd, encodeSocketAddress(source, link?.index));
  } catch (error) {
    if (fd !== undefined) addon.close(fd);
    const code = errorCode(error) ?? '';
    throw describeError(error, 'cannot open a TCP socket', { [code]: REASONS[code] ?? 'see the error' });
  }
  const socket = new Socket({ fd });
  const connection = new StreamConnection(addon, fd, socket, remote.address, listener);
  const zone = isLinkLocal(remote.address) && link !== undefined ? `%${link.name}` : '';
  socket.once('connect', () => listener.onConnected());
  socket.connect({ host: `${formatAddress(remote.address)}${zone}`, port: remote.port });
  return connection;
}

/** Takes over the descriptor of a connection that the peer has made. */
export function adoptTcp(addon: Native, fd: number, peer: Address, listener: TcpListenerOfOne): TcpConnection {
  return new StreamConnection(addon, fd, new Socket({ fd, readable: true, writable: true }), peer, listener);
}

class StreamConnection implements TcpConnection {
  readonly #addon: Native;
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #peer: Address;
  #reason = 'closed by the peer';
  #code: string | undefined;
  /** We have closed it ourselves. */
  #left = false;

  constructor(addon: Native, fd: number, socket: Socket, peer: Address, listener: TcpListenerOfOne) {
    this.#addon = addon;
    this.#fd = fd;
    this.#socket = socket;
    this.#peer = peer;
    socket.setNoDelay(true);
    socket.on('data', (octets: Buffer) => {
      if (!this.#left) listener.onData(octets);
      // libuv reads up to 2 MiB from a peer that sends as fast as it can before any timer of the thread has its turn.
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on('error', (error) => {
      this.#code = errorCode(error);
      this.#reason = REASONS[this.#code ?? ''] ?? this.#code ?? error.message;
    });
    socket.on('close', () => {
      if (!this.#left) listener.onClosed(this.#reason, this.#code);
    });
  }

  get local(): Address | undefined {
    const { localAddress } = this.#socket;
    // Node appends the zone of a link-local address.
    return localAddress === undefined ? undefined : parseAddress(localAddress.replace(/%.*/, ''));
  }

  write(octets: Uint8Array, onTaken: () => void): void {
    if (this.#left || this.#socket.destroyed) return;
    this.#socket.write(octets, (error) => {
      if (!error && !this.#left) onTaken();
    });
  }

  end(): void {
    if (this.#left) return;
    this.#left = true;
    if (this.#socket.connecting) {
      this.#socket.destroy();
      return;
    }
    const limit = setTimeout(() => this.#socket.destroy(), LINGER);
    limit.unref();
    this.#socket.once('close', () => clearTimeout(limit));
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#left = true;
    this.#socket.destroy();
  }

  setPassword(password: string | undefined): void {
    // Node closes the descriptor when it destroys the socket.
    if (this.#left || this.#socket.destroyed) return;
    try {
      setMd5Key(this.#addon, this.#fd, this.#peer, password);
    } catch (error) {
      throw describeError(error, 'cannot change the TCP MD5 key');
    }
  }
}

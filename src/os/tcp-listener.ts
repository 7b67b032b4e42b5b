import type { Address } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { bindToDevice } from './bound-device.ts';
import { type Native, native } from './native.ts';
import {
  decodeScope,
  decodeSocketAddress,
  encodeSocketAddress,
  SOCKET_ADDRESS_LENGTH,
  unspecifiedAddress,
} from './socket-address.ts';
import { describeError, type SystemError } from './system-error.ts';
import { adoptTcp, type TcpConnection, type TcpListenerOfOne } from './tcp-connection.ts';
import { openTcpSocket, setHopLimits, setMd5Key, type TcpOptions } from './tcp-options.ts';

/** A connection that a peer has made: one of the two functions is to be called at once. */
export interface TcpRequest {
  readonly remote: Address;
  /** The link that a link-local `remote` is on; 0 for any other. */
  readonly interfaceIndex: number;
  /** @param options its key is that of the {@link TcpPort} for the peer: the one here is not looked at */
  accept(options: TcpOptions, listener: TcpListenerOfOne): TcpConnection;
  refuse(): void;
}

/** A TCP port that peers may connect to, at all addresses of one family. */
export interface TcpPort {
  /** Takes connections from this address by this key alone; undefined for none. @throws SystemError */
  setPassword(peer: Address, password: string | undefined): void;
  /** Connections that it accepted go on. */
  close(): void;
}

export interface TcpPortOptions {
  readonly family: IPFamily;
  readonly port: number;
  /** The VRF whose connections are taken; those of the main table when absent. */
  readonly device?: string | undefined;
  readonly onRequest: (request: TcpRequest) => void;
  readonly onError: (error: SystemError) => void;
}

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPV6 = 41;
const IPV6_V6ONLY = 26;
const BACKLOG = 128;
/** Connections taken per wake-up, so that a flood cannot keep timers of the same thread from running. */
const BATCH = 64;
/** A peer with GTSM drops a SYN-ACK that has less (RFC 5082 section 3). */
const HOP_LIMIT = 255;

/**
 * Listens.
 *
 * @throws SystemError `EADDRINUSE` where another process has the port, `EACCES` without CAP_NET_BIND_SERVICE.
 * @throws NativeAddonError when the addon is not built.
 */
export function listenTcp(options: TcpPortOptions): TcpPort {
  const { family, port, device } = options;
  const addon = native();
  let fd: number | undefined;
  try {
    fd = openTcpSocket(addon, family);
    if (device !== undefined) bindToDevice(addon, fd, device);
    addon.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (family === 'IPv6') addon.setsockopt(fd, IPV6, IPV6_V6ONLY, 1);
    setHopLimits(addon, fd, family, { hopLimit: HOP_LIMIT });
    addon.bind(fd, encodeSocketAddress({ address: unspecifiedAddress(family), port }));
    addon.listen(fd, BACKLOG);
  } catch (error) {
    if (fd !== undefined) addon.close(fd);
    const where = device === undefined ? family : `${family}, ${device}`;
    throw describeError(error, `cannot listen on TCP port ${port} (${where})`, {
      EADDRINUSE: 'another process has it: stop that, if peers are to connect to this node',
      EACCES: 'run as root or grant CAP_NET_BIND_SERVICE',
    });
  }
  return new KernelTcpPort(addon, fd, options);
}

class KernelTcpPort implements TcpPort {
  readonly #addon: Native;
  readonly #fd: number;
  readonly #options: TcpPortOptions;
  readonly #stopPolling: () => void;
  #open = true;

  constructor(addon: Native, fd: number, options: TcpPortOptions) {
    this.#addon = addon;
    this.#fd = fd;
    this.#options = options;
    this.#stopPolling = addon.poll(fd, () => this.#take());
  }

  setPassword(peer: Address, password: string | undefined): void {
    if (!this.#open) return;
    try {
      setMd5Key(this.#addon, this.#fd, peer, password);
    } catch (error) {
      throw describeError(error, 'cannot set a TCP MD5 key');
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#stopPolling();
  }

  #take(): void {
    const sender = new Uint8Array(SOCKET_ADDRESS_LENGTH);
    for (let taken = 0; taken < BATCH && this.#open; taken++) {
      let fd: number;
      try {
        fd = this.#addon.accept(this.#fd, sender);
      } catch (error) {
        this.#options.onError(describeError(error, `TCP port ${this.#options.port}: cannot accept`));
        return;
      }
      if (fd < 0) return;
      const remote = decodeSocketAddress(sender)?.address;
      if (remote === undefined) this.#addon.close(fd);
      else this.#options.onRequest(this.#request(fd, remote, decodeScope(sender)));
    }
  }

  #request(fd: number, remote: Address, interfaceIndex: number): TcpRequest {
    const addon = this.#addon;
    return {
      remote,
      interfaceIndex,
      accept: (options, listener) => {
        // An attacker from afar gets no further than this: what comes next is dropped.
        setHopLimits(addon, fd, remote.family, options);
        return adoptTcp(addon, fd, remote, listener);
      },
      refuse: () => addon.close(fd),
    };
  }
}

import { isDeepStrictEqual } from 'node:util';
import { type Dumps, InterfaceTable } from './interface-table.ts';
import type { Native } from './native.ts';
import { encodeRouteRequest, RTM_GETROUTE } from './netlink/default-route.ts';
import { encodeAddressRequest, RTM_GETADDR } from './netlink/interface-address.ts';
import { encodeLinkRequest, RTM_GETLINK } from './netlink/link.ts';
import { decodeMessages, type NetlinkMessage } from './netlink/message.ts';
import { dumpRoute } from './netlink/request.ts';
import { DATAGRAM_LENGTH, openRouteSocket } from './netlink/socket.ts';
import type { NetworkInterface } from './network-interface.ts';
import { describeError, type SystemError } from './system-error.ts';

export type { NetworkInterface } from './network-interface.ts';

/** A watch of the host's interfaces under way. */
export interface InterfaceWatch {
  /** All interfaces as last known, ordered by index. */
  current(): readonly NetworkInterface[];
  /** Ends it: no callback is called after this returns. Calling it again does nothing. */
  stop(): void;
}

/** RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE of rtnetlink(7). */
const GROUPS = [1, 5, 7, 9, 11];

/** Datagrams taken per wake-up, so that a storm of changes cannot keep the rest of the thread from running. */
const BATCH = 64;
/** One command changes several things; they are told of together. */
const SETTLE_MILLISECONDS = 5;
/** Pause before the kernel is asked again when it could not answer. */
const RETRY_MILLISECONDS = 1000;

/**
 * Watches the interfaces of this network namespace: links, addresses and default routes. Nothing is polled and nothing
 * left out: the loopback interface, ports of bridges and addresses that Berth itself put on `lo` are among them.
 *
 * @param onChange called with all interfaces after any of them has changed, not for the state found at the start
 * @param onError called when the kernel could not be asked; the watch keeps what it knew and asks again
 * @throws SystemError when the kernel cannot be asked at the start.
 * @throws NativeAddonError when the addon is not built.
 */
export async function watchInterfaces(
  onChange: (interfaces: readonly NetworkInterface[]) => void,
  onError: (error: SystemError) => void = () => {},
): Promise<InterfaceWatch> {
  return new KernelInterfaceWatch(onChange, onError);
}

class KernelInterfaceWatch implements InterfaceWatch {
  readonly #onChange: (interfaces: readonly NetworkInterface[]) => void;
  readonly #onError: (error: SystemError) => void;
  readonly #buffer = new Uint8Array(DATAGRAM_LENGTH);
  readonly #table = new InterfaceTable();
  #current: readonly NetworkInterface[];
  /** Closes the socket; undefined while there is none. */
  #stopListening: (() => void) | undefined;
  #routesStale = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (interfaces: readonly NetworkInterface[]) => void, onError: (error: SystemError) => void) {
    this.#onChange = onChange;
    this.#onError = onError;
    this.#listen();
    this.#current = this.#table.interfaces();
  }

  current(): readonly NetworkInterface[] {
    return this.#current;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  /** First joins the groups, then asks for everything: a change in between is told of twice instead of never. */
  #listen(): void {
    const { addon, fd } = openRouteSocket(GROUPS);
    try {
      this.#table.replaceAll(dumpEverything());
      this.#stopListening = addon.poll(fd, () => this.#receiveBatch(addon, fd));
    } catch (error) {
      addon.close(fd);
      throw error;
    }
    this.#routesStale = false;
  }

  #receiveBatch(addon: Native, fd: number): void {
    for (let taken = 0; taken < BATCH; taken++) {
      let length: number;
      try {
        length = addon.recv(fd, this.#buffer);
      } catch {
        this.#startOver();
        return;
      }
      if (length < 0) return;
      const { messages, malformed } = decodeMessages(this.#buffer.subarray(0, length));
      if (malformed || length > DATAGRAM_LENGTH) {
        this.#startOver();
        return;
      }
      for (const message of messages) this.#apply(message);
    }
  }

  #apply(message: NetlinkMessage): void {
    const effect = this.#table.apply(message);
    if (effect === 'none') return;
    this.#routesStale ||= effect === 'routes-stale';
    this.#settle();
  }

  /**
   * Notices were lost: the queue was full (ENOBUFS). Those that still wait in it are older than the lost ones, and more
   * are lost until it is empty, so it is thrown away with its socket.
   */
  #startOver(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#settle();
  }

  /** Tells of the change when others had time to join it. */
  #settle(): void {
    this.#timer ??= setTimeout(() => this.#tell(), SETTLE_MILLISECONDS);
  }

  #tell(): void {
    this.#timer = undefined;
    try {
      this.#askAgain();
    } catch (error) {
      this.#timer = setTimeout(() => this.#tell(), RETRY_MILLISECONDS);
      this.#onError(describeError(error, 'the interfaces may be out of date'));
      return;
    }
    const interfaces = this.#table.interfaces();
    if (isDeepStrictEqual(interfaces, this.#current)) return;
    this.#current = interfaces;
    this.#onChange(interfaces);
  }

  #askAgain(): void {
    if (this.#stopListening === undefined) {
      this.#listen();
    } else if (this.#routesStale) {
      this.#table.replaceRoutes(dumpRoutes());
      this.#routesStale = false;
    }
  }
}

function dumpEverything(): Dumps {
  return {
    links: dumpRoute({ type: RTM_GETLINK, payload: encodeLinkRequest(), doing: 'cannot list the interfaces' }),
    addresses: dumpRoute({ type: RTM_GETADDR, payload: encodeAddressRequest(), doing: 'cannot list the addresses' }),
    routes: dumpRoutes(),
  };
}

function dumpRoutes(): readonly NetlinkMessage[] {
  return dumpRoute({ type: RTM_GETROUTE, payload: encodeRouteRequest(), doing: 'cannot list the routes' });
}

import type { IPv6Address } from '../ip/address.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';
import { type Native, native } from './native.ts';
import { encodeAddress } from './netlink/address-bytes.ts';
import { describeError, errorCode } from './system-error.ts';

/** The IPv6 multicast groups that one interface belongs to on our behalf. */
export interface MulticastGroups {
  /**
   * Joins a group: the interface lets its frames in, and routers and switches are told by MLD (RFC 3810). Joining again
   * does nothing.
   *
   * @throws SystemError `ENODEV` when the interface is gone, or has no IPv6.
   */
  join(group: IPv6Address): void;
  /** Leaves a group; one that was not joined is no error. */
  leave(group: IPv6Address): void;
  /** Leaves all. */
  close(): void;
}

const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const IPPROTO_IPV6 = 41;
const IPV6_JOIN_GROUP = 20;
const IPV6_LEAVE_GROUP = 21;
/** struct ipv6_mreq: 16 bytes of address, i32 interface. */
const REQUEST_LENGTH = 20;
/** What the kernel says when a socket may remember no more groups (`net.core.optmem_max`). */
const FULL: ReadonlySet<string | undefined> = new Set(['ENOMEM', 'ENOBUFS']);

/** Opens nothing until the first group is joined. */
export function openMulticastGroups(interfaceIndex: number): MulticastGroups {
  return new KernelMulticastGroups(interfaceIndex);
}

/**
 * How many groups a socket takes depends on the kernel and its settings (measured: 2,340 with 128 KiB, some 360 with the
 * 20 KiB of older kernels), so a new one is opened when the last is full.
 */
class KernelMulticastGroups implements MulticastGroups {
  readonly #interfaceIndex: number;
  readonly #sockets: number[] = [];
  /** By group, the socket that joined it. */
  readonly #joined = new Map<bigint, number>();

  constructor(interfaceIndex: number) {
    this.#interfaceIndex = interfaceIndex;
  }

  join(group: IPv6Address): void {
    if (this.#joined.has(group.value)) return;
    try {
      this.#joined.set(group.value, this.#joinSomewhere(group));
    } catch (error) {
      throw describeError(error, `cannot join a multicast group on interface ${this.#interfaceIndex}`);
    }
  }

  leave(group: IPv6Address): void {
    const fd = this.#joined.get(group.value);
    if (fd === undefined) return;
    this.#joined.delete(group.value);
    try {
      native().setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, this.#request(group));
    } catch {
      // The interface is gone, and its memberships with it.
    }
  }

  close(): void {
    this.#joined.clear();
    for (const fd of this.#sockets.splice(0)) native().close(fd);
  }

  #joinSomewhere(group: IPv6Address): number {
    const addon = native();
    const request = this.#request(group);
    const last = this.#sockets.at(-1);
    if (last !== undefined && this.#hasRoom(addon, last, request)) return last;
    const fd = addon.socket(AF_INET6, SOCK_DGRAM, 0);
    this.#sockets.push(fd);
    addon.setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, request);
    return fd;
  }

  #hasRoom(addon: Native, fd: number, request: Uint8Array): boolean {
    try {
      addon.setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, request);
      return true;
    } catch (error) {
      if (FULL.has(errorCode(error))) return false;
      throw error;
    }
  }

  #request(group: IPv6Address): Uint8Array {
    const request = new Uint8Array(REQUEST_LENGTH);
    request.set(encodeAddress(group));
    viewOf(request).setInt32(16, this.#interfaceIndex, HOST_LITTLE_ENDIAN);
    return request;
  }
}

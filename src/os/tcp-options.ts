import type { Address } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';
import type { Native } from './native.ts';
import { encodeSocketAddress } from './socket-address.ts';
import { errorCode } from './system-error.ts';

/** How a TCP connection is to be protected. */
export interface TcpOptions {
  /** TTL or Hop Limit of what is sent, 1 to 255; the kernel's default when absent. */
  readonly hopLimit?: number | undefined;
  /** What arrives with less is dropped (GTSM, RFC 5082), 1 to 255. */
  readonly minimumHopLimit?: number | undefined;
  /** Key of TCP MD5 signatures (RFC 2385), 1 to 80 octets; none when absent. */
  readonly password?: string | undefined;
}

const SOCK_STREAM = 1;
const SOL_TCP = 6;
const TCP_MD5SIG = 14;
/** Internetwork Control (RFC 4594, CS6). */
const INTERNETWORK_CONTROL = 0xc0;

/** The options of ip(7) and ipv6(7), by family. */
const OPTIONS = {
  IPv4: { domain: 2, level: 0, hopLimit: 2, minimumHopLimit: 21, trafficClass: 1 },
  IPv6: { domain: 10, level: 41, hopLimit: 16, minimumHopLimit: 73, trafficClass: 67 },
} as const;

/**
 * struct tcp_md5sig: 128 bytes of address, u8 flags, u8 prefix length, u16 length of the key, u32 interface, the key
 * (`linux/tcp.h`).
 */
const MD5_LENGTH = 216;
const MD5_KEY_LENGTH = 130;
const MD5_KEY = 136;
const MD5_MOST = 80;

/** A TCP socket of the family, not bound yet. @throws as socket(2) */
export function openTcpSocket(addon: Native, family: IPFamily): number {
  const { domain, level, trafficClass } = OPTIONS[family];
  const fd = addon.socket(domain, SOCK_STREAM, 0);
  addon.setsockopt(fd, level, trafficClass, INTERNETWORK_CONTROL);
  return fd;
}

/** Sets both hop limits where they are given. @throws as setsockopt(2) */
export function setHopLimits(addon: Native, fd: number, family: IPFamily, options: TcpOptions): void {
  const { level, hopLimit, minimumHopLimit } = OPTIONS[family];
  if (options.hopLimit !== undefined) addon.setsockopt(fd, level, hopLimit, options.hopLimit);
  if (options.minimumHopLimit !== undefined) addon.setsockopt(fd, level, minimumHopLimit, options.minimumHopLimit);
}

/**
 * Sets the key for segments to and from an address, or takes it away. A listening socket holds one for each peer, and
 * hands it to the connections that it accepts; on a connection that stands the next segment is signed by the new one.
 *
 * @throws as setsockopt(2), RangeError for a key of more than 80 octets
 */
export function setMd5Key(addon: Native, fd: number, peer: Address, password: string | undefined): void {
  const key = Buffer.from(password ?? '');
  if (key.length > MD5_MOST) throw new RangeError(`a TCP MD5 password has at most ${MD5_MOST} octets`);
  const structure = new Uint8Array(MD5_LENGTH);
  structure.set(encodeSocketAddress({ address: peer, port: 0 }));
  viewOf(structure).setUint16(MD5_KEY_LENGTH, key.length, HOST_LITTLE_ENDIAN);
  structure.set(key, MD5_KEY);
  try {
    addon.setsockopt(fd, SOL_TCP, TCP_MD5SIG, structure);
  } catch (error) {
    // There was none to take away.
    if (password !== undefined || errorCode(error) !== 'ENOENT') throw error;
  }
}

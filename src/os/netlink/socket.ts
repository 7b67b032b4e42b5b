import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { type Native, native } from '../native.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_ROUTE = 0;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
/** struct sockaddr_nl: u16 family, u16 pad, u32 port (0: the kernel chooses), u32 groups. */
const ADDRESS_LENGTH = 12;

/** The kernel fills a datagram of a dump up to 32 KiB where the reader has room for it. */
export const DATAGRAM_LENGTH = 65_536;

/**
 * Opens an rtnetlink socket and returns its descriptor, which is the caller's to close.
 *
 * @param groups multicast groups to join, RTNLGRP_* of rtnetlink(7)
 */
export function openRouteSocket(groups: readonly number[] = []): { readonly addon: Native; readonly fd: number } {
  const addon = native();
  const fd = addon.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  try {
    const address = new Uint8Array(ADDRESS_LENGTH);
    viewOf(address).setUint16(0, AF_NETLINK, HOST_LITTLE_ENDIAN);
    addon.bind(fd, address);
    addon.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    addon.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
    for (const group of groups) addon.setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    return { addon, fd };
  } catch (error) {
    addon.close(fd);
    throw error;
  }
}

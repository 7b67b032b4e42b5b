/** ff02::1:ff00:0/104, the solicited-node multicast addresses (RFC 4291 section 2.7.1). */
const SOLICITED_NODE = 0xff02_0000_0000_0000_0000_0001_ff00_0000n;
const LOW_24 = 0xff_ffffn;

/** ff02::1: all nodes of the link (RFC 4291 section 2.7.1). */
export const ALL_NODES = 0xff02_0000_0000_0000_0000_0000_0000_0001n;
/** ff02::2: all routers of the link (RFC 4291 section 2.7.1). */
export const ALL_ROUTERS = 0xff02_0000_0000_0000_0000_0000_0000_0002n;
/** `::` */
export const UNSPECIFIED = 0n;

/** The group in which a neighbour asks for the address: the last 24 bits of it. */
export function solicitedNodeOf(address: bigint): bigint {
  return SOLICITED_NODE | (address & LOW_24);
}

/** Whether an address is a solicited-node multicast address. */
export function isSolicitedNode(address: bigint): boolean {
  return address >> 24n === SOLICITED_NODE >> 24n;
}

/** ff00::/8 (RFC 4291 section 2.4). */
export function isMulticast(address: bigint): boolean {
  return address >> 120n === 0xffn;
}

/** fe80::/10 (RFC 4291 section 2.4). */
export function isLinkLocal(address: bigint): boolean {
  return address >> 118n === 0x3fan;
}

/** The Ethernet address of a multicast group: 33:33 and its last 32 bits (RFC 2464 section 7). */
export function macOfGroup(group: bigint): number {
  return 0x3333_0000_0000 + Number(group & 0xffff_ffffn);
}

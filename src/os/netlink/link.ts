import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { AF_UNSPEC } from './address-bytes.ts';
import { decodeAttributes, encodeAttributes, readText, readU8, readU32, u32 } from './attribute.ts';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;

/** An interface as the kernel describes it in RTM_NEWLINK (rtnetlink(7)). */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** `02:00:5e:10:00:01`; empty for an interface without link-layer address. */
  readonly mac: string;
  /** IFF_* of netdevice(7). */
  readonly flags: number;
  /** IF_OPER_* of RFC 2863 section 3.1.14, as numbered in linux/if.h. */
  readonly operState: number;
  /** Index of the bridge, bond or VRF that it is a port of; 0 for none. */
  readonly controller: number;
  /** The driver of a virtual interface, such as `vrf` or `bridge` (ip-link(8)); undefined for others. */
  readonly kind?: string | undefined;
}

export const IFF_UP = 0x1;
export const IFF_LOOPBACK = 0x8;
export const IFF_NOARP = 0x80;
/** The carrier is there: linux/if.h, "driver signals L1 up". */
export const IFF_LOWER_UP = 0x1_0000;

/** For an interface whose driver reports no state, such as `lo`: the carrier flag decides. */
export const IF_OPER_UNKNOWN = 0;
export const IF_OPER_UP = 6;

const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MASTER = 10;
const IFLA_OPERSTATE = 16;
const IFLA_LINKINFO = 18;
const IFLA_EXT_MASK = 29;
/** Within IFLA_LINKINFO. */
const IFLA_INFO_KIND = 1;

/** Leaves out the IPv6 counters, which the kernel would have to add up over all CPUs for each link. */
const RTEXT_FILTER_SKIP_STATS = 0x8;

/** struct ifinfomsg: u8 family, u8 pad, u16 type, i32 index, u32 flags, u32 change. */
const HEADER_LENGTH = 16;

/** The payload that asks, in an RTM_GETLINK dump, for all links. */
export function encodeLinkRequest(): Uint8Array {
  const attributes = encodeAttributes([[IFLA_EXT_MASK, u32(RTEXT_FILTER_SKIP_STATS)]]);
  const payload = new Uint8Array(HEADER_LENGTH + attributes.length);
  payload[0] = AF_UNSPEC;
  payload.set(attributes, HEADER_LENGTH);
  return payload;
}

/**
 * Reads the payload of RTM_NEWLINK or RTM_DELLINK; undefined when it is malformed or about something else. A bridge
 * tells of its ports with the same message types under family AF_BRIDGE, and its RTM_DELLINK says only that an
 * interface has left the bridge.
 */
export function decodeLink(payload: Uint8Array): Link | undefined {
  if (payload.length < HEADER_LENGTH || payload[0] !== AF_UNSPEC) return undefined;
  const view = viewOf(payload);
  const attributes = decodeAttributes(payload.subarray(HEADER_LENGTH));
  const name = readText(attributes.get(IFLA_IFNAME));
  if (name === undefined || name === '') return undefined;
  const info = attributes.get(IFLA_LINKINFO);
  return {
    index: view.getInt32(4, HOST_LITTLE_ENDIAN),
    name,
    mac: formatMac(attributes.get(IFLA_ADDRESS)),
    flags: view.getUint32(8, HOST_LITTLE_ENDIAN),
    operState: readU8(attributes.get(IFLA_OPERSTATE)) ?? IF_OPER_UNKNOWN,
    controller: readU32(attributes.get(IFLA_MASTER)) ?? 0,
    kind: info && readText(decodeAttributes(info).get(IFLA_INFO_KIND)),
  };
}

function formatMac(bytes: Uint8Array | undefined): string {
  return Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

import { checksumOf } from './checksum.ts';
import { readAddress, readMac, writeAddress, writeMac } from './field.ts';

/** From where to where a message goes. MAC addresses are 48-bit integers, IPv6 addresses 128-bit ones. */
export interface IcmpEnvelope {
  /** Destination in the Ethernet header. */
  readonly destination: number;
  /** Source in the Ethernet header. */
  readonly source: number;
  readonly sourceAddress: bigint;
  readonly destinationAddress: bigint;
}

/** Why a frame holds no ICMPv6 message that we can read, in the order of the checks. A reason is never renamed. */
export const ICMP_FRAME_DROPS = [
  /** Shorter than its headers say it must be. */
  'Truncated',
  /** Carries an IEEE 802.1Q or 802.1ad tag: it belongs to a VLAN interface, not to this one. */
  'VlanTagged',
  /** Another EtherType, or another version in the IP header. */
  'NotIPv6',
  /** ICMPv6 does not follow the IPv6 header; fragments are none of ours (RFC 6980 section 5). */
  'NotIcmp',
  /** None of the messages that are looked for. */
  'UnknownType',
  /** Hop Limit is not 255: a router may have passed it on. */
  'HopLimit',
  /** The ICMPv6 checksum is wrong. */
  'BadChecksum',
  /** ICMP Code is not 0. */
  'BadCode',
] as const;
export type IcmpFrameDrop = (typeof ICMP_FRAME_DROPS)[number];

const ETHERNET_HEADER = 14;
/** Where the ICMPv6 message begins in the frame. */
export const ICMP = ETHERNET_HEADER + 40;

const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_SERVICE_VLAN = 0x88a8;
const VERSION = 6;
const ICMPV6 = 58;
const HOP_LIMIT = 255;

/**
 * What all messages of neighbour discovery are checked for (RFC 4861 sections 6.1 and 7.1).
 *
 * @param lengths the octets that a message has at least, by its type
 */
export function frameDrop(view: DataView, lengths: ReadonlyMap<number, number>): IcmpFrameDrop | undefined {
  if (view.byteLength < ETHERNET_HEADER) return 'Truncated';
  const etherType = view.getUint16(12);
  if (etherType === ETHERTYPE_VLAN || etherType === ETHERTYPE_SERVICE_VLAN) return 'VlanTagged';
  if (etherType !== ETHERTYPE_IPV6) return 'NotIPv6';
  const shortest = Math.min(...lengths.values());
  if (view.byteLength < ICMP + shortest) return 'Truncated';
  if (view.getUint8(ETHERNET_HEADER) >> 4 !== VERSION) return 'NotIPv6';
  if (view.getUint8(ETHERNET_HEADER + 6) !== ICMPV6) return 'NotIcmp';
  const length = view.getUint16(ETHERNET_HEADER + 4);
  if (length < shortest || ICMP + length > view.byteLength) return 'Truncated';
  const needed = lengths.get(view.getUint8(ICMP));
  if (needed === undefined) return 'UnknownType';
  if (length < needed) return 'Truncated';
  if (view.getUint8(ETHERNET_HEADER + 7) !== HOP_LIMIT) return 'HopLimit';
  if (checksumOf(view, ETHERNET_HEADER) !== 0) return 'BadChecksum';
  return view.getUint8(ICMP + 1) === 0 ? undefined : 'BadCode';
}

/** Where the message ends. The frame has passed {@link frameDrop}. */
export function messageEnd(view: DataView): number {
  return ICMP + view.getUint16(ETHERNET_HEADER + 4);
}

/** The frame has passed {@link frameDrop}. */
export function envelopeOf(view: DataView): IcmpEnvelope {
  return {
    destination: readMac(view, 0),
    source: readMac(view, 6),
    sourceAddress: readAddress(view, ETHERNET_HEADER + 8),
    destinationAddress: readAddress(view, ETHERNET_HEADER + 24),
  };
}

/**
 * Writes a frame with a message of this type.
 *
 * @param length octets of the message
 * @param writeBody writes all of the message but its type, code and checksum, from {@link ICMP} on
 */
export function encodeFrame(
  envelope: IcmpEnvelope,
  type: number,
  length: number,
  writeBody: (view: DataView) => void,
): Uint8Array {
  const frame = new Uint8Array(ICMP + length);
  const view = new DataView(frame.buffer);
  writeMac(view, 0, envelope.destination);
  writeMac(view, 6, envelope.source);
  view.setUint16(12, ETHERTYPE_IPV6);
  view.setUint8(ETHERNET_HEADER, VERSION << 4);
  view.setUint16(ETHERNET_HEADER + 4, length);
  view.setUint8(ETHERNET_HEADER + 6, ICMPV6);
  view.setUint8(ETHERNET_HEADER + 7, HOP_LIMIT);
  writeAddress(view, ETHERNET_HEADER + 8, envelope.sourceAddress);
  writeAddress(view, ETHERNET_HEADER + 24, envelope.destinationAddress);
  view.setUint8(ICMP, type);
  writeBody(view);
  view.setUint16(ICMP + 2, checksumOf(view, ETHERNET_HEADER));
  return frame;
}

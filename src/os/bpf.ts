import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';

/**
 * One instruction of classic BPF (McCanne and Jacobson, USENIX 1993; Linux Documentation/networking/filter.rst). `A` is
 * the accumulator. The members are those of `struct sock_filter`.
 */
export interface Instruction {
  readonly code: number;
  /** Instructions that a jump skips when its condition is true, 0 to 255. */
  readonly jt: number;
  /** Instructions that it skips otherwise. */
  readonly jf: number;
  readonly k: number;
}

/** A filter, and the EtherType to bind the socket to, so that the kernel offers it nothing else. */
export interface PacketFilter {
  readonly etherType: number;
  readonly program: Uint8Array;
}

/** struct sock_filter: u16 code, u8 jt, u8 jf, u32 k. */
const INSTRUCTION_LENGTH = 8;
const MAX_INSTRUCTIONS = 4096;

/** Loads the 16 bits at an offset from the start of the frame, in network order (BPF_LD|BPF_H|BPF_ABS). */
export function loadHalf(offset: number): Instruction {
  return { code: 0x28, jt: 0, jf: 0, k: offset };
}

/** Loads the 8 bits at an offset from the start of the frame (BPF_LD|BPF_B|BPF_ABS). */
export function loadByte(offset: number): Instruction {
  return { code: 0x30, jt: 0, jf: 0, k: offset };
}

/** Loads what the kernel knows about the packet beside its bytes: an offset from SKF_AD_OFF, -0x1000. */
export function loadAncillary(offset: number): Instruction {
  return { code: 0x28, jt: 0, jf: 0, k: (0x1_0000_0000 - 0x1000 + offset) >>> 0 };
}

/** Jumps on A == value (BPF_JMP|BPF_JEQ|BPF_K). */
export function jumpIfEqual(value: number, jt: number, jf: number): Instruction {
  return { code: 0x15, jt, jf, k: value };
}

/** Jumps on A > value, unsigned (BPF_JMP|BPF_JGT|BPF_K). */
export function jumpIfGreater(value: number, jt: number, jf: number): Instruction {
  return { code: 0x25, jt, jf, k: value };
}

/** Ends: keeps that many bytes of the packet; 0 drops it (BPF_RET|BPF_K). */
export function keep(bytes: number): Instruction {
  return { code: 0x06, jt: 0, jf: 0, k: bytes };
}

/**
 * The program as SO_ATTACH_FILTER takes it.
 *
 * @throws RangeError for a program that the kernel would refuse: empty, too long, with a field out of range, a jump
 *   past the end, or no {@link keep} at the end.
 */
export function assemble(instructions: readonly Instruction[]): Uint8Array {
  if (instructions.length === 0 || instructions.length > MAX_INSTRUCTIONS) {
    throw new RangeError(`a BPF program has 1 to ${MAX_INSTRUCTIONS} instructions, not ${instructions.length}`);
  }
  if (instructions.at(-1)?.code !== keep(0).code) throw new RangeError('a BPF program ends with keep()');
  const program = new Uint8Array(instructions.length * INSTRUCTION_LENGTH);
  const view = viewOf(program);
  for (const [index, { code, jt, jf, k }] of instructions.entries()) {
    const last = instructions.length - 1 - index;
    checkField(index, 'jt', jt, Math.min(0xff, Math.max(0, last - 1)));
    checkField(index, 'jf', jf, Math.min(0xff, Math.max(0, last - 1)));
    checkField(index, 'k', k, 0xffff_ffff);
    const offset = index * INSTRUCTION_LENGTH;
    view.setUint16(offset, code, HOST_LITTLE_ENDIAN);
    view.setUint8(offset + 2, jt);
    view.setUint8(offset + 3, jf);
    view.setUint32(offset + 4, k, HOST_LITTLE_ENDIAN);
  }
  return program;
}

function checkField(index: number, name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw new RangeError(`BPF instruction ${index}: ${name} is ${value}, must be an integer from 0 to ${max}`);
}

/** EtherType of ARP (RFC 826; IANA IEEE 802 Numbers). */
export const ETHERTYPE_ARP = 0x0806;

/** Offset of the EtherType in an Ethernet header. */
const ETHERTYPE_OFFSET = 12;
/** SKF_AD_PKTTYPE of linux/filter.h: to whom the frame was addressed, one of the PACKET_* values of packet(7). */
const PACKET_TYPE = 4;
/** PACKET_HOST 0, PACKET_BROADCAST 1 and PACKET_MULTICAST 2 are for us; PACKET_OTHERHOST 3 and above are not. */
const PACKET_MULTICAST = 2;
const WHOLE_FRAME = 0xffff;

/** What a frame must have at a place: one of the values. */
interface Place {
  readonly load: Instruction;
  readonly values: readonly number[];
}

/**
 * Whole frames of an EtherType that are meant for this host and have, at each place, one of its values. A frame of a VLAN
 * that has no interface here arrives at the parent interface with its tag stripped, and only its packet type, OTHERHOST,
 * tells: answered, it would be answered on the wrong network.
 */
function filterOf(etherType: number, ...places: readonly Place[]): PacketFilter {
  const tests: Instruction[] = [];
  const all: readonly Place[] = [{ load: loadHalf(ETHERTYPE_OFFSET), values: [etherType] }, ...places];
  const length = all.reduce((sum, { values }) => sum + 1 + values.length, 0);
  for (const { load, values } of all) {
    tests.push(load);
    for (const [index, value] of values.entries()) {
      const left = values.length - 1 - index;
      // One that is found skips the other values; the last that is not skips all to the end, keep() among them.
      tests.push(left > 0 ? jumpIfEqual(value, left, 0) : jumpIfEqual(value, 0, length - tests.length));
    }
  }
  const program = assemble([
    loadAncillary(PACKET_TYPE),
    jumpIfGreater(PACKET_MULTICAST, length + 1, 0),
    ...tests,
    keep(WHOLE_FRAME),
    keep(0),
  ]);
  return { etherType, program };
}

/** ARP frames meant for this host. */
export const ARP_FILTER: PacketFilter = filterOf(ETHERTYPE_ARP);

/** EtherType of IPv6 (RFC 2464 section 3). */
const ETHERTYPE_IPV6 = 0x86dd;
/** Offsets of Next Header in the IPv6 header, and of Type in the ICMPv6 message that follows at once. */
const NEXT_HEADER_OFFSET = 20;
const ICMP_TYPE_OFFSET = 54;
const ICMPV6 = 58;
/** Neighbor Solicitation and, the next number, Neighbor Advertisement (RFC 4861 sections 4.3 and 4.4). */
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;
/** Next Header of Hop-by-Hop Options, and where ICMPv6 begins behind them, if Router Alert is the only one. */
const HOP_BY_HOP = 0;
const HOP_BY_HOP_NEXT_HEADER_OFFSET = 54;
const ICMP_TYPE_BEHIND_OFFSET = 62;
/** Multicast Listener Query (RFC 3810 section 5.1). */
const LISTENER_QUERY = 130;

/** Router Solicitation and, the next number, Router Advertisement (RFC 4861 sections 4.1 and 4.2). */
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;

/** ICMPv6 messages of these types. */
function icmpFilter(...types: readonly number[]): PacketFilter {
  return filterOf(
    ETHERTYPE_IPV6,
    { load: loadByte(NEXT_HEADER_OFFSET), values: [ICMPV6] },
    { load: loadByte(ICMP_TYPE_OFFSET), values: types },
  );
}

/**
 * Neighbor Solicitations and Advertisements meant for this host. For which address they are is not asked, so that a frame
 * costs the same however many addresses are held.
 */
export const NDP_FILTER: PacketFilter = icmpFilter(NEIGHBOR_SOLICITATION, NEIGHBOR_ADVERTISEMENT);

/** Router Solicitations and Advertisements meant for this host. */
export const ROUTER_DISCOVERY_FILTER: PacketFilter = icmpFilter(ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT);

/** Queries of MLD meant for this host. */
export const MLD_QUERY_FILTER: PacketFilter = filterOf(
  ETHERTYPE_IPV6,
  { load: loadByte(NEXT_HEADER_OFFSET), values: [HOP_BY_HOP] },
  { load: loadByte(HOP_BY_HOP_NEXT_HEADER_OFFSET), values: [ICMPV6] },
  { load: loadByte(ICMP_TYPE_BEHIND_OFFSET), values: [LISTENER_QUERY] },
);

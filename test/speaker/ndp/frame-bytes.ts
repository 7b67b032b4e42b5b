import { parseAddress } from '../../../src/ip/address.ts';
import { CLIENT, hex, mac, octets } from '../arp/frame-bytes.ts';

/** The address that most tests ask for, its group, and the group's Ethernet address. */
export const ADDRESS6 = '2001:db8::50';
export const GROUP = 'ff02::1:ff00:50';
export const GROUP_MAC = '33:33:ff:00:00:50';
export const CLIENT6 = '2001:db8::1';
export const ALL_NODES = 'ff02::1';
export const ALL_NODES_MAC = '33:33:00:00:00:01';

export function ipv6(text: string): Uint8Array {
  const { value } = parseAddress(text);
  return hex(BigInt(value).toString(16).padStart(32, '0'));
}

/** The address as an integer. */
export function integer(text: string): bigint {
  return BigInt(parseAddress(text).value);
}

export interface NdpParts {
  readonly destination?: string;
  readonly source?: string;
  readonly etherType?: string;
  readonly version?: number;
  readonly nextHeader?: number;
  readonly hopLimit?: number;
  readonly from?: string;
  readonly to?: string;
  readonly type?: number;
  readonly code?: number;
  readonly flags?: number;
  readonly target?: string;
  /** What follows the checksum, in hexadecimal, in place of flags and target. */
  readonly body?: string;
  /** Options as they are, in hexadecimal. */
  readonly options?: string;
  /** What is added to the right checksum. */
  readonly error?: number;
}

/** Options 1, 2 and 14 with six octets. */
export const sourceLink = (text: string) => `0101${text.replaceAll(':', '')}`;
export const targetLink = (text: string) => `0201${text.replaceAll(':', '')}`;
export const nonce = (octets: string) => `0e01${octets}`;

/** A whole frame. Members that are not given are those of an ordinary multicast question of {@link CLIENT}. */
export function solicitation(parts: NdpParts = {}): Uint8Array {
  const source = parts.source ?? CLIENT;
  return frame6({ source, options: sourceLink(source), ...parts });
}

/** The question of somebody who is about to take the address (RFC 4862 section 5.4.2). */
export function duplicateProbe(parts: NdpParts = {}): Uint8Array {
  return solicitation({ from: '::', options: '', ...parts });
}

/** An unsolicited advertisement to all nodes, with Override. */
export function advertisement(parts: NdpParts = {}): Uint8Array {
  const source = parts.source ?? CLIENT;
  const target = parts.target ?? ADDRESS6;
  return frame6({
    destination: ALL_NODES_MAC,
    source,
    from: target,
    to: ALL_NODES,
    type: 136,
    flags: 0x20,
    target,
    options: targetLink(source),
    ...parts,
  });
}

/** A whole frame, with what is given of it. */
export function frame6(parts: NdpParts): Uint8Array {
  const { body, flags = 0, target = ADDRESS6 } = parts;
  const icmp = octets(
    Uint8Array.of(parts.type ?? 135, parts.code ?? 0, 0, 0),
    body === undefined ? octets(Uint8Array.of(flags, 0, 0, 0), ipv6(target)) : hex(body),
    hex(parts.options ?? ''),
  );
  const [from, to] = [ipv6(parts.from ?? CLIENT6), ipv6(parts.to ?? GROUP)];
  const sum = (checksum(from, to, icmp) + (parts.error ?? 0)) & 0xffff;
  icmp.set([sum >> 8, sum & 255], 2);
  return octets(
    mac(parts.destination ?? GROUP_MAC),
    mac(parts.source ?? CLIENT),
    hex(parts.etherType ?? '86dd'),
    Uint8Array.of((parts.version ?? 6) << 4, 0, 0, 0, 0, icmp.length, parts.nextHeader ?? 58, parts.hopLimit ?? 255),
    from,
    to,
    icmp,
  );
}

/** The ICMPv6 checksum of a message between two addresses (RFC 4443 section 2.3). */
export function checksum(from: Uint8Array, to: Uint8Array, icmp: Uint8Array): number {
  return onesComplement(octets(from, to, Uint8Array.of(0, 0, icmp.length >> 8, icmp.length, 0, 0, 0, 58), icmp));
}

/** RFC 1071, over whole numbers so that it shares nothing with the code. */
function onesComplement(bytes: Uint8Array): number {
  const padded = bytes.length % 2 === 0 ? bytes : octets(bytes, Uint8Array.of(0));
  let total = 0n;
  for (let index = 0; index < padded.length; index += 2)
    total += BigInt((padded[index] ?? 0) * 256 + (padded[index + 1] ?? 0));
  return 0xffff - (total === 0n ? 0 : Number(((total - 1n) % 0xffffn) + 1n));
}

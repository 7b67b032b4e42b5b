import { hex, mac, octets } from '../arp/frame-bytes.ts';
import { checksum, ipv6 } from '../ndp/frame-bytes.ts';

export interface QueryParts {
  readonly etherType?: string;
  readonly version?: number;
  /** Next header of the IPv6 header. */
  readonly nextHeader?: number;
  readonly hopLimit?: number;
  readonly from?: string;
  /** The hop-by-hop header, in hexadecimal. */
  readonly hopByHop?: string;
  readonly type?: number;
  readonly code?: number;
  readonly maxResponseCode?: number;
  readonly group?: string;
  /** What follows the group, in hexadecimal: nothing in version 1. */
  readonly rest?: string;
  /** What is added to the right checksum. */
  readonly error?: number;
}

/** A whole frame. Members that are not given are those of an ordinary general query of version 2. */
export function query(parts: QueryParts = {}): Uint8Array {
  const code = parts.maxResponseCode ?? 10_000;
  const icmp = octets(
    Uint8Array.of(parts.type ?? 130, parts.code ?? 0, 0, 0, code >> 8, code, 0, 0),
    ipv6(parts.group ?? '::'),
    hex(parts.rest ?? '027d0000'),
  );
  const hopByHop = hex(parts.hopByHop ?? '3a00050200000100');
  const to = (parts.group ?? '::') === '::' ? 'ff02::1' : (parts.group ?? '');
  const [source, destination] = [ipv6(parts.from ?? 'fe80::1'), ipv6(to)];
  const sum = (checksum(source, destination, icmp) + (parts.error ?? 0)) & 0xffff;
  icmp.set([sum >> 8, sum & 255], 2);
  return octets(
    mac('33:33:00:00:00:01'),
    mac('02:00:00:00:00:01'),
    hex(parts.etherType ?? '86dd'),
    Uint8Array.of((parts.version ?? 6) << 4, 0, 0, 0, 0, hopByHop.length + icmp.length),
    Uint8Array.of(parts.nextHeader ?? 0, parts.hopLimit ?? 1),
    source,
    destination,
    hopByHop,
    icmp,
  );
}

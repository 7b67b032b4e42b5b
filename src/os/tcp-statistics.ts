import { readFileSync } from 'node:fs';

/** Counters of TcpExt in `/proc/net/netstat` (RFC 2385): no signature, one too many, a wrong one. */
const MD5_COUNTERS = ['TCPMD5NotFound', 'TCPMD5Unexpected', 'TCPMD5Failure'];
/** Packets with less than IP_MINTTL or IPV6_MINHOPCOUNT (RFC 5082). */
const HOP_LIMIT_COUNTERS = ['TCPMinTTLDrop'];

/** Segments dropped so far in this network namespace, by what they were dropped for. */
export interface TcpDrops {
  /** Their MD5 signature was not what it should be. */
  readonly md5: number;
  /** They had come too far. */
  readonly hopLimit: number;
}

/** @returns undefined where the kernel does not show them: they explain, and nothing depends on them */
export function tcpDrops(file = '/proc/net/netstat'): TcpDrops | undefined {
  try {
    return tcpDropsIn(readFileSync(file, 'latin1'));
  } catch {
    return undefined;
  }
}

/** {@link tcpDrops} in the text of that file: pairs of lines, names above values. */
export function tcpDropsIn(text: string): TcpDrops {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  const sumOf = (counters: readonly string[]) =>
    counters.reduce((sum, counter) => sum + (Number(values[names.indexOf(counter)]) || 0), 0);
  return { md5: sumOf(MD5_COUNTERS), hopLimit: sumOf(HOP_LIMIT_COUNTERS) };
}

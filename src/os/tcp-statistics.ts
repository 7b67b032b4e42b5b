import { readFileSync } from 'node:fs';

/** Counters of TcpExt in `/proc/net/netstat` (RFC 2385): no signature, one too many, a wrong one. */
const COUNTERS = ['TCPMD5NotFound', 'TCPMD5Unexpected', 'TCPMD5Failure'];

/** Segments dropped so far in this network namespace because their MD5 signature was not what it should be. */
export function tcpMd5Failures(): number {
  return md5FailuresIn(readFileSync('/proc/net/netstat', 'latin1'));
}

/** {@link tcpMd5Failures} in the text of that file: pairs of lines, names above values. */
export function md5FailuresIn(text: string): number {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  return COUNTERS.reduce((sum, counter) => sum + (Number(values[names.indexOf(counter)]) || 0), 0);
}

import { readFileSync } from 'node:fs';

/**
 * How often this network namespace has answered so far that a packet came with a TTL or Hop Limit that ends here (ICMP
 * Time Exceeded, RFC 792 and RFC 4443 section 3.3). The kernel answers each sender about once a second.
 *
 * @throws where the kernel shows no `/proc/net/snmp`.
 */
export function timeExceededSent(): number {
  return timeExceededIn(readFileSync('/proc/net/snmp', 'latin1'), readIfThere('/proc/net/snmp6'));
}

/**
 * {@link timeExceededSent} in the text of these files.
 *
 * @param snmp pairs of lines, names above values
 * @param snmp6 a line for each counter; empty where the host has no IPv6
 */
export function timeExceededIn(snmp: string, snmp6: string): number {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '));
  const ipv4 = Number(values[names.indexOf('OutTimeExcds')]) || 0;
  const ipv6 = Number(/^Icmp6OutTimeExcds\s+(\d+)$/m.exec(snmp6)?.[1] ?? 0);
  return ipv4 + ipv6;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

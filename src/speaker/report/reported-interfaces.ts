import { reservedFor } from '../../announcement/reserved-interfaces.ts';
import type { L2Advertisement } from '../../api/l2-advertisement.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import { isMac } from '../arp/mac-address.ts';

/**
 * The interfaces of the node that could announce, which is what its SpeakerStatus lists: those of Ethernet that speak
 * ARP, are no port of another one, and lead out of the node. One that does not is listed where an advertisement names it: the
 * interfaces of Pods come and go, and each change would be a write.
 */
export function reportedInterfaces(
  interfaces: readonly NetworkInterface[],
  advertisements: Iterable<L2Advertisement>,
): readonly NetworkInterface[] {
  const named = new Set([...advertisements].flatMap(({ spec }) => spec.interfaces ?? []));
  return interfaces.filter(
    ({ name, mac, loopback, noArp, master }) =>
      !loopback && !noArp && !master && isMac(mac) && (named.has(name) || reservedFor(name) === undefined),
  );
}

/** The MAC addresses in a list of interfaces, without repetition or malformed text. */
export function macsOf(interfaces: Iterable<{ readonly mac: string }>): readonly string[] {
  return [...new Set([...interfaces].map(({ mac }) => mac))].filter(isMac);
}

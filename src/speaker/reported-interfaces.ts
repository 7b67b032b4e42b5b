import { reservedFor } from '../announcement/reserved-interfaces.ts';
import type { L2Advertisement } from '../api/l2-advertisement.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import type { NetworkInterface } from '../os/interfaces.ts';

/**
 * The interfaces of the node that could announce, which is what its SpeakerStatus lists: those that speak ARP, are no
 * port of another one, and lead out of the node. One that does not is listed where an advertisement names it: the
 * interfaces of Pods come and go, and each change would be a write.
 */
export function reportedInterfaces(
  interfaces: readonly NetworkInterface[],
  advertisements: Iterable<L2Advertisement>,
): readonly NetworkInterface[] {
  const named = new Set([...advertisements].flatMap(({ spec }) => spec.interfaces ?? []));
  return interfaces.filter(
    ({ name, mac, loopback, noArp, master }) =>
      !loopback && !noArp && !master && mac !== '' && (named.has(name) || reservedFor(name) === undefined),
  );
}

/** The MAC addresses of this node, and those of all nodes that have a speaker, this one included. */
export function knownMacs(
  own: readonly NetworkInterface[],
  speakers: Iterable<SpeakerStatus>,
): { readonly ownMacs: readonly string[]; readonly speakerMacs: readonly string[] } {
  const reported = [...speakers].flatMap(({ status }) => status?.interfaces ?? []);
  return { ownMacs: macsOf(own), speakerMacs: macsOf([...reported, ...own]) };
}

/** Without repetition or malformed text. */
function macsOf(interfaces: Iterable<{ readonly mac: string }>): readonly string[] {
  return [...new Set([...interfaces].map(({ mac }) => mac))].filter((mac) =>
    /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac),
  );
}

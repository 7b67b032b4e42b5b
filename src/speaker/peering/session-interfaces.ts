import { parsePrefix } from '../../ip/prefix.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import { isLinkLocal } from '../bgp/session/next-hops.ts';
import type { AssignedInterface, AssignedPeer } from '../wire/bgp-messages.ts';

/**
 * The interfaces of the node without the addresses on `lo` that have a lifetime: those that are announced come and go
 * there, by hundreds at a time, and none is the end of a session or a next hop.
 */
export function lastingInterfaces(interfaces: readonly NetworkInterface[]): readonly NetworkInterface[] {
  return interfaces.map(({ expiring, ...rest }) => {
    if (expiring === undefined) return rest;
    const ends = new Set(expiring);
    return { ...rest, addresses: rest.addresses.filter((each) => !ends.has(each)) };
  });
}

/**
 * The interfaces that sessions may run over, and whose addresses may be next hops: those that a peer names, and those with
 * an address that is known beyond the link. Those of Pods, which come and go, have none.
 */
export function sessionInterfaces(
  lasting: readonly NetworkInterface[],
  peers: readonly AssignedPeer[],
): readonly AssignedInterface[] {
  const named = new Set(peers.map((peer) => peer.interface));
  return lasting.flatMap(({ name, index, mac, up, addresses: all, onProbation = [], vrf }) => {
    const addresses = all.filter((each) => !onProbation.includes(each));
    const isUsable = named.has(name) || addresses.some((each) => !isLinkLocal(parsePrefix(each).address));
    return isUsable ? [{ name, index, mac, up, addresses, vrf }] : [];
  });
}

import { BROADCAST_MAC, ZERO_MAC } from '../src/speaker/arp/mac-address.ts';
import { encodeArp } from '../src/speaker/arp/message.ts';
import { encodeNdp } from '../src/speaker/ndp/message.ts';
import { macOfGroup, solicitedNodeOf } from '../src/speaker/ndp/solicited-node.ts';

/** Who asks: its MAC address and its own addresses. */
export interface Asker {
  readonly mac: number;
  readonly ipv4: number;
  readonly ipv6: bigint;
}

/** Asks all on the segment who has an IPv4 address (RFC 826). */
export function whoHasIPv4({ mac, ipv4 }: Asker, address: number): Uint8Array {
  return encodeArp({
    destination: BROADCAST_MAC,
    source: mac,
    operation: 'Request',
    senderMac: mac,
    senderAddress: ipv4,
    targetMac: ZERO_MAC,
    targetAddress: address,
  });
}

/** The same of an IPv6 address, by its solicited-node group (RFC 4861, section 7.2.2). */
export function whoHasIPv6({ mac, ipv6 }: Asker, address: bigint): Uint8Array {
  const group = solicitedNodeOf(address);
  return encodeNdp({
    type: 'Solicitation',
    destination: macOfGroup(group),
    source: mac,
    sourceAddress: ipv6,
    destinationAddress: group,
    target: address,
    linkAddress: mac,
  });
}

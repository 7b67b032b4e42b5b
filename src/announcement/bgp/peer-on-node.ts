import { createHash } from 'node:crypto';
import type { BFDProfile } from '../../api/bfd-profile.ts';
import type { BGPPeer, BGPPeerSpec } from '../../api/bgp-peer.ts';
import { holdTimeOf } from '../../api/bgp-peer-rules.ts';
import { seconds } from '../../api/fields/duration.ts';
import { matchesSelector } from '../../api/fields/label-selector.ts';
import { isLinkLocalIPv6, readAddress } from '../../api/fields/router-address.ts';
import { formatAddress } from '../../ip/address.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { LabelledNode } from '../nodes.ts';
import type { BfdParameters, PasswordSource, Peering } from './peering.ts';

/** A BGPPeer with what differs on some nodes put in: the first override that selects the node counts. */
export function specOnNode({ spec }: BGPPeer, node: LabelledNode): BGPPeerSpec {
  const override = spec.nodeOverrides?.find(({ nodeSelector }) => matchesSelector(nodeSelector, node.labels));
  if (override === undefined) return spec;
  const { nodeSelector: _nodeSelector, myASN = spec.myASN, ...differing } = override;
  const { peerAddress, interface: link, dynamicASN, ...rest } = spec;
  const isElsewhere = override.peerAddress !== undefined || override.interface !== undefined;
  return {
    ...rest,
    ...(isElsewhere ? {} : { peerAddress, interface: link }),
    ...(override.peerASN === undefined ? { dynamicASN } : {}),
    ...differing,
    myASN,
  };
}

/** The session that a peer with this spec means for a node. */
export function peeringOf(
  peer: string,
  spec: BGPPeerSpec,
  node: LabelledNode,
  profile: BFDProfile | undefined,
): Peering {
  const overLinkLocal = spec.peerAddress === undefined || isLinkLocalIPv6(spec.peerAddress);
  const address = spec.peerAddress === undefined ? undefined : readAddress(spec.peerAddress);
  const transport = address?.family ?? 'IPv6';
  const families: readonly IPFamily[] = overLinkLocal || spec.dualStackAddressFamily ? ['IPv4', 'IPv6'] : [transport];
  return {
    peer,
    address: address && formatAddress(address),
    interface: spec.interface,
    vrf: spec.vrf,
    port: spec.peerPort,
    sourceAddress: spec.sourceAddress,
    localAs: spec.localASN ?? spec.myASN,
    peerAs: spec.peerASN ?? spec.dynamicASN ?? 'external',
    bgpIdentifier: identifier(spec, node),
    holdTime: holdTimeOf(spec),
    keepaliveTime: spec.keepaliveTime === undefined ? undefined : seconds(spec.keepaliveTime),
    sendHoldTime: spec.sendHoldTime === undefined ? undefined : seconds(spec.sendHoldTime),
    connectRetryTime: seconds(spec.connectTime),
    passive: spec.passive,
    families,
    extendedNextHop: transport === 'IPv6' && families.includes('IPv4'),
    gracefulRestartTime: spec.enableGracefulRestart ? seconds(spec.gracefulRestartTime) : undefined,
    multihop: spec.ebgpMultiHop,
    ttlSecurityHops: spec.ttlSecurityHops,
    password: passwordSource(spec),
    bfd: profile && bfdParameters(profile),
  };
}

/** As configured; else the node's first internal IPv4 address; else made of the node's name. */
function identifier({ routerID }: BGPPeerSpec, { name, object }: LabelledNode): number {
  const internal = object?.status?.addresses?.filter(({ type }) => type === 'InternalIP') ?? [];
  for (const text of routerID === undefined ? internal.map(({ address }) => address) : [routerID]) {
    const address = readAddress(text);
    if (address?.family === 'IPv4' && address.value !== 0) return address.value;
  }
  return createHash('sha256').update(name).digest().readUInt32BE(0) || 1;
}

/** Where the password of a session is. */
export function passwordSource({ password, passwordSecret, passwordFile }: BGPPeerSpec): PasswordSource | undefined {
  if (password !== undefined) return { from: 'Spec', password };
  if (passwordSecret !== undefined) return { from: 'Secret', name: passwordSecret.name };
  return passwordFile === undefined ? undefined : { from: 'File', path: passwordFile };
}

function bfdParameters({ spec }: BFDProfile): BfdParameters {
  const { receiveInterval, transmitInterval, detectMultiplier, passiveMode, minimumTtl } = spec;
  return { receiveInterval, transmitInterval, detectMultiplier, passive: passiveMode, minimumTtl };
}

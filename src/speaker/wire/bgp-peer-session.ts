import { type Address, formatAddress, parseAddress } from '../../ip/address.ts';
import { formatPrefix, prefixContains } from '../../ip/prefix.ts';
import type { TcpRequest } from '../../os/tcp-listener.ts';
import type { TcpOptions } from '../../os/tcp-options.ts';
import type { TcpDrops } from '../../os/tcp-statistics.ts';
import type { BfdState } from '../bfd/packet.ts';
import type { AdjRibOut } from '../bgp/adj-rib-out/adj-rib-out.ts';
import type { BgpSession, BgpSessionOptions } from '../bgp/session/bgp-session.ts';
import { isLinkLocal } from '../bgp/session/next-hops.ts';
import type { SessionError } from '../bgp/session/session-error.ts';
import type { InterfaceAddresses } from '../bgp/session/session-transport.ts';
import type { PeerConfiguration } from '../bgp/session-state/configuration.ts';
import type { AddressedPeer, Device, SessionReport } from './bgp-messages.ts';
import type { WatchedPeer } from './messages.ts';

/** Seconds before a session that failed starts again: at first, and at most. */
const IDLE_HOLD_TIME = { initial: 1, limit: 60 };
const MOST_HOPS = 255;

/** What leaves the choice of an address of ours to the kernel. */
const ANY = { IPv4: '0.0.0.0', IPv6: '::' };

type WhyNobody = ReturnType<BgpSessionOptions['whyNoAnswer']>;

/** What of a session is told. */
type ReportedSession = Pick<BgpSession, 'state' | 'since' | 'received' | 'carriage'>;

/** @param restarted the process before this one may have had the session */
export function configurationOf(peer: AddressedPeer, restarted: boolean): PeerConfiguration {
  const { localAs, peerAs, bgpIdentifier, holdTime, keepaliveTime, connectRetryTime, sendHoldTime } = peer;
  const { passive, families, extendedNextHop, gracefulRestartTime } = peer;
  return {
    ...{ localAs, peerAs, bgpIdentifier, holdTime, keepaliveTime, connectRetryTime, sendHoldTime },
    ...{ passive, families, extendedNextHop, extendedMessages: true, idleHoldTime: IDLE_HOLD_TIME },
    gracefulRestart: gracefulRestartTime === undefined ? undefined : { restartTime: gracefulRestartTime, restarted },
  };
}

/** How connections with the peer are protected: GTSM (RFC 5082), or one hop only for an external peer that is near. */
export function protectionOf({ ttlSecurityHops, multihop, peerAs, localAs, password }: AddressedPeer): TcpOptions {
  if (ttlSecurityHops !== undefined) {
    return { hopLimit: MOST_HOPS, minimumHopLimit: MOST_HOPS + 1 - ttlSecurityHops, password };
  }
  const isNear = !multihop && peerAs !== 'internal' && peerAs !== localAs;
  return isNear ? { hopLimit: 1, password } : { password };
}

/** Whether two assignments can be one session: all but the key, BFD and who may connect is settled when it begins. */
export function isSameSession(a: AddressedPeer, b: AddressedPeer): boolean {
  const settled = ({ password: _password, bfd: _bfd, outgoingOnly: _outgoingOnly, ...rest }: AddressedPeer) =>
    JSON.stringify(rest);
  return settled(a) === settled(b);
}

/** Whether a connection that somebody makes in this VRF, or in none, is the peer's. */
export function isCaller(
  { peer, address }: { readonly peer: AddressedPeer; readonly address: Address },
  { remote, interfaceIndex }: Pick<TcpRequest, 'remote' | 'interfaceIndex'>,
  vrf: Device | undefined,
  interfaces: readonly InterfaceAddresses[],
): boolean {
  if (peer.outgoingOnly || peer.vrf?.index !== vrf?.index) return false;
  if (address.family !== remote.family || address.value !== remote.value) return false;
  return !isLinkLocal(address) || interfaces.find(({ name }) => name === peer.interface)?.index === interfaceIndex;
}

/** What the kernel has dropped meanwhile, and for want of what; undefined where nothing, or where it does not say. */
export function whatWasDropped(before: TcpDrops | undefined, now: TcpDrops | undefined): WhyNobody | undefined {
  if (before === undefined || now === undefined) return undefined;
  if (now.md5 > before.md5) {
    const text = 'segments arrived whose MD5 signature is wrong or missing: see that both sides have the same password';
    return { cause: 'PasswordMismatch', text };
  }
  if (now.hopLimit > before.hopLimit) {
    return {
      cause: 'TTLTooLow',
      text: 'segments arrived with too low a TTL: see that both sides have TTL security',
    };
  }
  return undefined;
}

/** Why an attempt to connect may have found no answer. @param before, now undefined where the kernel does not say */
export function whyNoAnswer(
  { address, port, password }: AddressedPeer,
  before: TcpDrops | undefined,
  now: TcpDrops | undefined,
): WhyNobody {
  const nobody = `no answer from ${formatAddress(parseAddress(address))} port ${port}`;
  const drop = whatWasDropped(before, now);
  if (drop !== undefined) return { cause: drop.cause, text: `${nobody}, and ${drop.text}` };
  const causes = 'it is down, or a firewall drops what is sent';
  const text = password === undefined ? `${nobody}: ${causes}` : `${nobody}: ${causes}, or its password is another one`;
  return { cause: 'NoAnswer', text };
}

/** What is told of a session. @param rib of its peer @param bfd undefined before the first word of it */
export function reportOf(
  { peer, bfd: guard }: AddressedPeer,
  address: Address,
  { state, since, received, carriage }: ReportedSession,
  lastError: SessionError | undefined,
  rib: Pick<AdjRibOut, 'told' | 'oversized'>,
  bfd: BfdState | undefined,
): SessionReport {
  const guarded = guard === undefined ? undefined : (bfd ?? 'Down');
  const told = rib.told();
  const { count, examples } = rib.oversized();
  return {
    ...{ peer, address: formatAddress(address), state, since, advertised: told.IPv4 + told.IPv6, received },
    ...(carriage && { families: [...carriage.nextHops.keys()] }),
    ...(carriage && carriage.notCarried.length > 0 && { notCarried: carriage.notCarried }),
    ...(count > 0 && { oversized: { count, examples: examples.map(formatPrefix) } }),
    ...{ lastError, bfd: guarded },
  };
}

/** How BFD is to guard a session; undefined where it is not to. */
export function watchedPeer(
  peer: AddressedPeer,
  address: Address,
  interfaces: readonly InterfaceAddresses[],
): WatchedPeer | undefined {
  const { bfd } = peer;
  if (bfd === undefined) return undefined;
  const { transmitInterval: interval, receiveInterval, detectMultiplier: multiplier, passive, minimumTtl } = bfd;
  const timers = { interval, receiveInterval, multiplier, passive, vrf: peer.vrf };
  const watched = { node: peer.peer, remote: formatAddress(address), ...timers };
  const on = linkTo(peer, address, inVrf(interfaces, peer));
  // In no subnet of this node: more than one hop away (RFC 5883).
  if (on === undefined) return { ...watched, local: peer.sourceAddress ?? ANY[address.family], minimumTtl };
  return { ...watched, local: formatAddress(on.local), interface: { name: on.name, index: on.index } };
}

/** Those of the VRF that the session is in, or of none: the same addresses may be in several. */
export function inVrf(
  interfaces: readonly InterfaceAddresses[],
  { vrf }: AddressedPeer,
): readonly InterfaceAddresses[] {
  return interfaces.filter((each) => each.vrf === vrf?.name);
}

/** The interface that the peer is on, and our address there. */
function linkTo(
  { interface: link, sourceAddress }: AddressedPeer,
  remote: Address,
  interfaces: readonly InterfaceAddresses[],
) {
  const source = sourceAddress === undefined ? undefined : parseAddress(sourceAddress);
  for (const { name, index, prefixes } of interfaces) {
    if (link !== undefined && link !== name) continue;
    const near = prefixes.filter((prefix) => prefixContains(prefix, remote)).map(({ address }) => address);
    const local = near.find(({ value }) => value === source?.value) ?? near[0];
    if (local !== undefined) return { name, index, local };
  }
  return undefined;
}

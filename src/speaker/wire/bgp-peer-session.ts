import { formatAddress, parseAddress } from '../../ip/address.ts';
import type { TcpOptions } from '../../os/tcp-options.ts';
import type { TcpDrops } from '../../os/tcp-statistics.ts';
import type { BgpSessionOptions } from '../bgp/session/bgp-session.ts';
import type { PeerConfiguration } from '../bgp/session-state/configuration.ts';
import type { AddressedPeer } from './bgp-messages.ts';

/** Seconds before a session that failed starts again: at first, and at most. */
const IDLE_HOLD_TIME = { initial: 1, limit: 60 };
const MOST_HOPS = 255;

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

/** Whether two assignments can be one session: all but the key and BFD are settled when it begins. */
export function isSameSession(a: AddressedPeer, b: AddressedPeer): boolean {
  const settled = ({ password: _password, bfd: _bfd, ...rest }: AddressedPeer) => JSON.stringify(rest);
  return settled(a) === settled(b);
}

/** Why an attempt to connect may have found no answer. */
export function whyNoAnswer(
  { address, port, password }: AddressedPeer,
  before: TcpDrops,
  now: TcpDrops,
): ReturnType<BgpSessionOptions['whyNoAnswer']> {
  const nobody = `no answer from ${formatAddress(parseAddress(address))} port ${port}`;
  if (now.md5 > before.md5) {
    const text = `${nobody}, and segments arrived whose MD5 signature is wrong or missing: see that both sides have the same password`;
    return { cause: 'PasswordMismatch', text };
  }
  if (now.hopLimit > before.hopLimit) {
    const text = `${nobody}, and segments arrived with too low a TTL: see that both sides have TTL security`;
    return { cause: 'TTLTooLow', text };
  }
  const causes = 'it is down, or a firewall drops what is sent';
  const text = password === undefined ? `${nobody}: ${causes}` : `${nobody}: ${causes}, or its password is another one`;
  return { cause: 'NoAnswer', text };
}

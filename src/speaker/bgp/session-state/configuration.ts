import type { IPFamily } from '../../../ip/family.ts';

/** What is configured for one peer. Times are seconds. */
export interface PeerConfiguration {
  /** Our AS number for this peer, 1 to 4294967295. */
  readonly localAs: number;
  /** The peer's AS number, or only whether it is ours. */
  readonly peerAs: number | 'internal' | 'external';
  /** Our BGP Identifier, an unsigned 32-bit integer that is not zero (RFC 6286 section 2.1). */
  readonly bgpIdentifier: number;
  /** HoldTime that we propose: 0, or 3 to 65535. RFC 4271 section 10 suggests 90. */
  readonly holdTime: number;
  /** KeepaliveTime; a third of the negotiated HoldTime when absent, and never more. */
  readonly keepaliveTime?: number | undefined;
  /** ConnectRetryTime; RFC 4271 section 10 suggests 120. */
  readonly connectRetryTime: number;
  /** IdleHoldTime after a first failure; it doubles with each further one up to the limit. */
  readonly idleHoldTime: { readonly initial: number; readonly limit: number };
  /** SendHoldTime; when absent 8 minutes or twice the HoldTime, the longer one (RFC 9687 section 6). 0 for none. */
  readonly sendHoldTime?: number | undefined;
  /** PassiveTcpEstablishment: wait for the peer to connect. */
  readonly passive: boolean;
  /** Families to offer, at least one. */
  readonly families: readonly IPFamily[];
  /** Offer IPv4 routes with IPv6 next hops (RFC 8950). */
  readonly extendedNextHop: boolean;
  /** Offer messages of more than 4,096 octets (RFC 8654). */
  readonly extendedMessages: boolean;
  /** Offer to restart gracefully (RFC 4724, RFC 8538); undefined for never. */
  readonly gracefulRestart?: GracefulRestartConfiguration | undefined;
}

/** Graceful restart as the speaker that restarts. */
export interface GracefulRestartConfiguration {
  /** Seconds until the session should be back, 0 to 4095. */
  readonly restartTime: number;
  /** This process took over from one that had sessions: "R" in the first OPEN that leads to a session. */
  readonly restarted: boolean;
}

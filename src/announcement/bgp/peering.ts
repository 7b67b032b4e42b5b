import type { IPFamily } from '../../ip/family.ts';

/** One session that a node is to have: a BGPPeer as it applies to that node. Times are seconds. */
export interface Peering {
  /** The name of the BGPPeer. */
  readonly peer: string;
  /** In the text form of RFC 5952; undefined for an unnumbered peer, whose address its router advertisements tell. */
  readonly address?: string | undefined;
  /** Given for peers by link-local address, and unnumbered ones. */
  readonly interface?: string | undefined;
  /** The VRF of the node that the session is in; the main table where absent. */
  readonly vrf?: string | undefined;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** The address of ours to run from; the kernel chooses where absent. */
  readonly sourceAddress?: string | undefined;
  /** 1 to 4294967295. */
  readonly localAs: number;
  readonly peerAs: number | 'internal' | 'external';
  /** Unsigned 32-bit integer, not 0 (RFC 6286 section 2.1). */
  readonly bgpIdentifier: number;
  /** 0 for never, or 3 to 65535. */
  readonly holdTime: number;
  /** A third of the negotiated hold time where absent. */
  readonly keepaliveTime?: number | undefined;
  /** 0 for never; the default of RFC 9687 where absent. */
  readonly sendHoldTime?: number | undefined;
  readonly connectRetryTime: number;
  readonly passive: boolean;
  /** Who connects from the address is taken for another peer: the session comes up by our own connections alone. */
  readonly outgoingOnly?: boolean | undefined;
  /** The families whose routes the session is to carry. */
  readonly families: readonly IPFamily[];
  /** IPv4 routes go over an IPv6 session (RFC 8950). */
  readonly extendedNextHop: boolean;
  /** Graceful restart with this restart time, 1 to 4095; undefined for none. */
  readonly gracefulRestartTime?: number | undefined;
  /** An external peer may be more than one hop away. */
  readonly multihop: boolean;
  /** GTSM (RFC 5082): how many hops away the peer is at most, 1 to 254. */
  readonly ttlSecurityHops?: number | undefined;
  readonly password?: PasswordSource | undefined;
  readonly bfd?: BfdParameters | undefined;
}

/** Where the password for TCP MD5 (RFC 2385) comes from. */
export type PasswordSource =
  | { readonly from: 'Spec'; readonly password: string }
  | { readonly from: 'Secret'; readonly name: string }
  | { readonly from: 'File'; readonly path: string };

/** What guards a session (RFC 5880). */
export interface BfdParameters {
  /** Milliseconds. */
  readonly receiveInterval: number;
  /** Milliseconds. */
  readonly transmitInterval: number;
  readonly detectMultiplier: number;
  readonly passive: boolean;
  /** Of multihop sessions (RFC 5883), 1 to 254. */
  readonly minimumTtl: number;
}

/** A peer of a node that has no session, because of something in its object. */
export interface BarredPeer {
  readonly peer: string;
  /** For people: the cause and the remedy. */
  readonly detail: string;
}

/** The sessions of one node, by the names of their peers. */
export interface NodePeerings {
  readonly peerings: readonly Peering[];
  readonly barred: readonly BarredPeer[];
  /** Those of the peerings that are {@link Peering.outgoingOnly}, and why. */
  readonly limited: readonly BarredPeer[];
}

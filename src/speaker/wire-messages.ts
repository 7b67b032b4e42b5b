import type { BfdState } from './bfd/packet.ts';
import type { BfdTransition } from './bfd/session.ts';
import type { BfdDrop } from './wire-bfd.ts';
import type { WireDrop } from './wire-protocol.ts';

/** What the main thread tells the worker. Every message is complete in itself: a lost state cannot build up. */
export type ToWire =
  /** The whole of what should be on the wire from now on; the worker works out the difference. */
  | ({ readonly type: 'assign' } & Assignment)
  /** Sent every second: the main thread still turns. */
  | { readonly type: 'alive' }
  /** Fall silent, remove the addresses on `lo`, close the sockets, and end. Answered by `stopped`. */
  | { readonly type: 'stop' };

/** The desired state of a node's wire. */
export interface Assignment {
  /** MAC addresses of all interfaces of this node, as text. */
  readonly ownMacs: readonly string[];
  /** MAC addresses of all interfaces of all nodes with a speaker: never strangers. */
  readonly speakerMacs: readonly string[];
  /** Also put the addresses on `lo`, for nodes where nothing else makes the kernel accept them. */
  readonly loopback: boolean;
  readonly addresses: readonly AssignedAddress[];
  /** The speakers whose life is watched by BFD. */
  readonly peers: readonly WatchedPeer[];
}

/** Another speaker on a segment of this node. */
export interface WatchedPeer {
  /** The name of its node. */
  readonly node: string;
  readonly interface: Pick<WireInterface, 'name' | 'index'>;
  /** Our address on the interface, of the family of `remote`. */
  readonly local: string;
  readonly remote: string;
  /** Milliseconds between packets, either way. */
  readonly interval: number;
  /** Lost packets after which it is given up, 1 to 255. */
  readonly multiplier: number;
}

/** One address in the charge of this node. */
export interface AssignedAddress {
  /** Dotted decimal, or the canonical text of RFC 5952. */
  readonly address: string;
  /** Where it is answered; one interface a segment. */
  readonly interfaces: readonly WireInterface[];
  /** Nobody answered for it before: probe for strangers first. Looked at only when the address is new to the wire. */
  readonly firstPlacement: boolean;
}

/** An interface to answer on. */
export interface WireInterface {
  readonly name: string;
  readonly index: number;
  /** As text, such as `02:00:00:00:00:11`. */
  readonly mac: string;
}

/** What the worker tells the main thread. */
export type FromWire =
  /** Started; sent once. */
  | { readonly type: 'ready' }
  /** What changed since the last report; at once for states, else once a second. */
  | ({ readonly type: 'report' } & WireReport)
  /** The worker did not run for so many ms and fell silent, since others may have taken over: assign again. */
  | { readonly type: 'stalled'; readonly milliseconds: number }
  /** A BFD session came into another state. */
  | { readonly type: 'peer'; readonly peer: WatchedPeer; readonly transition: BfdTransition }
  /** Something failed that the worker lives with: a socket, a frame, an address on `lo`. */
  | { readonly type: 'fault'; readonly message: string }
  /** The answer to `stop`: everything is closed. */
  | { readonly type: 'stopped' };

/** What the wire does about an address. */
export type WireState =
  /** Probes for strangers, does not answer yet. */
  | 'Probing'
  | 'Answering'
  /** A stranger answers for it; we do not, and probe again later. */
  | 'Conflict'
  /** None of its interfaces could be opened. */
  | 'Deaf';

/** Changes since the report before. */
export interface WireReport {
  /** New states; undefined for an address that is no longer ours. */
  readonly states: readonly (readonly [address: string, state: WireState | undefined])[];
  /** Last reply sent, in ms since 1970, for each address that was asked for. */
  readonly answered: readonly (readonly [address: string, at: number])[];
  /** Strangers that were heard to use an address of ours, the last one for each address. */
  readonly claims: readonly WireClaim[];
  readonly counters: WireCounters;
}

/** A stranger uses an address of ours. */
export interface WireClaim {
  readonly address: string;
  readonly mac: string;
  /** Ms since 1970. */
  readonly seen: number;
}

/** Totals since the worker started. */
export interface WireCounters {
  readonly arp: ProtocolCounters;
  readonly ndp: ProtocolCounters;
  readonly bfd: BfdCounters;
  /** Claims of strangers, at most one a second for each address. */
  readonly conflicts: number;
}

/** What one protocol did on all interfaces. */
export interface ProtocolCounters {
  /** Questions for an address, whether or not it is ours. */
  readonly requestsReceived: number;
  readonly repliesSent: number;
  /** Gratuitous requests, or unsolicited advertisements. */
  readonly announcementsSent: number;
  readonly sourceMismatches: number;
  readonly dropped: Readonly<Partial<Record<WireDrop, number>>>;
}

/** The BFD sessions with other speakers. */
export interface BfdCounters {
  /** How many there are in each state at present. */
  readonly sessions: Readonly<Record<BfdState, number>>;
  readonly received: number;
  readonly sent: number;
  readonly dropped: Readonly<Partial<Record<BfdDrop, number>>>;
}

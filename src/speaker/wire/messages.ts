import type { Pacing } from '../arp/gratuitous.ts';
import type { BfdDecodeDrop, BfdState } from '../bfd/packet.ts';
import type { BfdTransition } from '../bfd/session.ts';
import type { BfdDemultiplexDrop } from '../bfd/session-set.ts';
import type { MessageDrop, MessageSecret } from '../ownership/message-codec.ts';
import type { Cause, HeldAddress, PlannedAddress, Role } from '../ownership/protocol.ts';
import type { PeerRoutes, SessionAssignment, SessionReport } from './bgp-messages.ts';
import type { WireDrop } from './protocol.ts';

/** What the main thread tells the worker. All but amendments and changes of routes are complete in themselves. */
export type ToWire =
  /** Sent first, once: who this node is, and what it answered for before. */
  | ({ readonly type: 'begin' } & Beginning)
  /** The whole of what is known from now on; the worker works out the difference. */
  | ({ readonly type: 'assign' } & Assignment)
  /** What of the last assignment is otherwise from now on, on segments that it has. */
  | ({ readonly type: 'amend' } & Amendment)
  /** The whole of the BGP sessions that there should be from now on. */
  | ({ readonly type: 'sessions' } & SessionAssignment)
  /** What one of their peers is to be told. */
  | ({ readonly type: 'routes' } & PeerRoutes)
  /** Sent every second: the main thread still turns. */
  | { readonly type: 'alive' }
  /** End, in a way that others can follow. Answered by `stopped`. */
  | { readonly type: 'stop'; readonly reason: StopReason };

/** `Restart`: another life follows soon. `Leave`: none does, so that others take over before this one falls silent. */
export type StopReason = 'Restart' | 'Leave';

/** How a worker begins. */
export interface Beginning {
  /** The name of this node. */
  readonly node: string;
  /** What its last life answered for. */
  readonly held: readonly HeldSegment[];
  /** How ownership messages are signed: see {@link MessageKeys}. */
  readonly secrets?: readonly MessageSecret[] | undefined;
}

/** The addresses of one segment that a life of a speaker answered for. */
export interface HeldSegment {
  /** See {@link AssignedSegment.key}. */
  readonly segment: string;
  readonly addresses: readonly HeldAddress[];
}

/** What a node's wire is to know. */
export interface Assignment {
  /** MAC addresses of all interfaces of this node, as text. */
  readonly ownMacs: readonly string[];
  /** The node that has each MAC address of all other nodes with a speaker: these are never strangers. */
  readonly speakerMacs: readonly (readonly [mac: string, node: string])[];
  /** Also put the addresses on `lo`, for nodes where nothing else makes the kernel accept them. */
  readonly loopback: boolean;
  /** No other node is known: nobody has to be listened to first. */
  readonly alone: boolean;
  /** How often each interface announces what it answers for, by each protocol. */
  readonly pacing?: Pacing | undefined;
  readonly segments: readonly AssignedSegment[];
}

/** One network segment that this node is attached to, and what is to be answered on it by somebody. */
export interface AssignedSegment {
  /** The name that all its nodes agree on: the subnet, as first address and length. */
  readonly key: string;
  readonly interface: WireInterface;
  /** Whether the interface is switched on and has a carrier. */
  readonly up: boolean;
  /** Our own address in the subnet. */
  readonly local: string;
  readonly peers: readonly SegmentPeer[];
  readonly addresses: readonly PlannedAddress[];
}

/** What a few addresses change of an {@link Assignment}. */
export interface Amendment {
  readonly segments: readonly AmendedSegment[];
}

/** The addresses of one segment that are planned otherwise than before. */
export interface AmendedSegment {
  /** See {@link AssignedSegment.key}. */
  readonly key: string;
  /** All of the family of the segment: others may need sockets that only an assignment opens. */
  readonly planned: readonly PlannedAddress[];
  /** Those that are not planned on the segment any more. */
  readonly released: readonly string[];
}

/** An interface of another node on a segment. */
export interface PeerInterface {
  /** As text; undefined where only the messages of the node tell it. */
  readonly mac: string | undefined;
  /** The address of the node in the subnet that it speaks from by this interface. */
  readonly remote: string;
}

/** The speaker of another node on a segment: by which interface it is likely to speak, and how it is watched. */
export interface SegmentPeer extends PeerInterface {
  /** The name of its node. */
  readonly node: string;
  /** Its other interfaces on the segment, each with a MAC address of its own: it speaks by one of them when it loses the first. */
  readonly others?: readonly PeerInterface[] | undefined;
  /** Milliseconds between BFD packets, either way. */
  readonly interval: number;
  /** Lost packets after which it is given up, 1 to 255. */
  readonly multiplier: number;
}

/** A machine whose life is watched by BFD: another speaker, or a BGP peer. */
export interface WatchedPeer {
  /** The name of its node, or of the BGPPeer. */
  readonly node: string;
  /** Absent for a peer that is more than one hop away (RFC 5883). */
  readonly interface?: Pick<WireInterface, 'name' | 'index'> | undefined;
  /** The VRF that it is reached in. */
  readonly vrf?: Pick<WireInterface, 'name' | 'index'> | undefined;
  /** Our address on the interface, of the family of `remote`; `0.0.0.0` or `::` for what the kernel chooses. */
  readonly local: string;
  readonly remote: string;
  /** Milliseconds between packets that we send. */
  readonly interval: number;
  /** Milliseconds between packets that we take; as `interval` when absent. */
  readonly receiveInterval?: number | undefined;
  /** Lost packets after which it is given up, 1 to 255. */
  readonly multiplier: number;
  /** Sends nothing before it is heard (RFC 5880 section 6.1). */
  readonly passive?: boolean | undefined;
  /** Without an interface: what arrives with a lower TTL is dropped, 1 to 254. */
  readonly minimumTtl?: number | undefined;
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
  /** What changed since the last report; at once for roles, else once a second. */
  | ({ readonly type: 'report' } & WireReport)
  /** What this node answers for, for its next life to know. */
  | { readonly type: 'held'; readonly held: readonly HeldSegment[] }
  /** A BFD session came into another state. */
  | { readonly type: 'peer'; readonly peer: WatchedPeer; readonly transition: BfdTransition }
  /** The speaker of a node is there, and its BFD session does not come Up: its death is noticed late. */
  | { readonly type: 'unwatched'; readonly node: string; readonly interface: string }
  /** All BGP sessions, when something about one of them has changed. */
  | { readonly type: 'sessions'; readonly sessions: readonly SessionReport[] }
  /** Something failed that the worker lives with: a socket, a frame, an address on `lo`. */
  | { readonly type: 'fault'; readonly message: string }
  /** The answer to `stop`: everything is closed. `isCaredFor`: others answer with our MAC address until we are back. */
  | { readonly type: 'stopped'; readonly isCaredFor: boolean };

/** A change of what this node does about an address on one interface. */
export interface RoleReport {
  readonly address: string;
  /** The name of the interface. */
  readonly interface: string;
  readonly role: Role;
  readonly cause: Cause;
  /** The other node that has to do with it. */
  readonly node: string | undefined;
  /** For a takeover: milliseconds since the former owner was missed. */
  readonly after?: number | undefined;
}

/** When an address was answered on an interface, in ms since 1970. */
export type LastAnswer = readonly [address: string, interfaceName: string, at: number];

/** Changes since the report before. */
export interface WireReport {
  readonly roles: readonly RoleReport[];
  /** Last reply sent, in ms since 1970, for each address that was asked for and the interface where it was. */
  readonly answered: readonly LastAnswer[];
  /** The node that said first that it heard our announcement, by address and interface. */
  readonly witnesses: readonly WitnessReport[];
  /** Strangers that were heard to use an address of ours, the last one for each address. */
  readonly claims: readonly WireClaim[];
  readonly counters: WireCounters;
}

/** Another node has heard that an address is ours. */
export interface WitnessReport {
  readonly address: string;
  /** The name of the interface. */
  readonly interface: string;
  readonly node: string;
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
  readonly ownership: OwnershipCounters;
  /** How many peers there are at present whose BFD session does not come Up though they speak. */
  readonly unwatched: number;
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

/** Why a datagram of BFD came to nothing. */
export type BfdDrop = BfdDecodeDrop | BfdDemultiplexDrop | 'HopLimit';

/** The BFD sessions with other speakers. */
export interface BfdCounters {
  /** How many there are in each state at present. */
  readonly sessions: Readonly<Record<BfdState, number>>;
  readonly received: number;
  readonly sent: number;
  readonly dropped: Readonly<Partial<Record<BfdDrop, number>>>;
}

/** Why an ownership message came to nothing: also from an address that is none of the node it names. */
export type OwnershipDrop = MessageDrop | 'HopLimit' | 'WrongSource';

/** The ownership messages of all segments. */
export interface OwnershipCounters {
  readonly received: number;
  readonly sent: number;
  readonly dropped: Readonly<Partial<Record<OwnershipDrop, number>>>;
}

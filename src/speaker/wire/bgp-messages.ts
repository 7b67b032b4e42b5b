import type { Peering } from '../../announcement/bgp/peering.ts';
import type { AdvertisedAttributes } from '../../announcement/bgp/route-attributes.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { BfdState } from '../bfd/packet.ts';
import type { RouteRun } from '../bgp/adj-rib-out/route-run.ts';
import type { NotCarried } from '../bgp/session/carriage.ts';
import type { SessionError } from '../bgp/session/session-error.ts';
import type { LocalInterface } from '../bgp/session/session-transport.ts';
import type { State } from '../bgp/session-state/state.ts';

/** An interface that sockets are bound to. */
export interface Device {
  readonly name: string;
  readonly index: number;
}

/** One session that the worker is to have, with its password where it has one. */
export interface AssignedPeer extends Omit<Peering, 'password' | 'vrf'> {
  readonly password?: string | undefined;
  /** The VRF that all its sockets are bound to. */
  readonly vrf?: Device | undefined;
}

/** One whose address is known. */
export interface AddressedPeer extends AssignedPeer {
  readonly address: string;
}

/** An interface of this node. */
export interface AssignedInterface extends LocalInterface {
  /** As text; empty where there is none. */
  readonly mac: string;
  /** Whether it is switched on and has a carrier. */
  readonly up: boolean;
}

/** The whole of the sessions that the worker is to have. One whose routes it has not been told yet waits for them. */
export interface SessionAssignment {
  readonly peers: readonly AssignedPeer[];
  /** Of this node: where next hops, and the ends of BFD sessions, are taken from, and unnumbered peers are. */
  readonly interfaces: readonly AssignedInterface[];
}

/** What a peer is to be told. */
export interface PeerRoutes {
  /** The name of the BGPPeer. */
  readonly peer: string;
  /** These are all; otherwise they are what has changed. */
  readonly complete: boolean;
  readonly runs: readonly RouteRun<AdvertisedAttributes>[];
}

/** One session as it is. Times are milliseconds since 1970. */
export interface SessionReport {
  /** The name of the BGPPeer. */
  readonly peer: string;
  /** Empty for one that is not known yet. */
  readonly address: string;
  readonly state: State;
  readonly since: number;
  /** Routes that were written out. */
  readonly advertised: number;
  /** Those whose routes it carries; undefined where it is not Established. */
  readonly families?: readonly IPFamily[] | undefined;
  /** The others that it is to carry, where there are such. */
  readonly notCarried?: readonly NotCarried[] | undefined;
  /** Routes that do not fit a message to this peer, where there are such, and examples as text. */
  readonly oversized?: { readonly count: number; readonly examples: readonly string[] } | undefined;
  /** Routes that the peer has told since the session was assigned. */
  readonly received: number;
  readonly lastError?: SessionError | undefined;
  /** Of the BFD session that guards it. */
  readonly bfd?: BfdState | undefined;
}

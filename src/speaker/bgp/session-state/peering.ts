import type { Capability } from '../message/capability.ts';
import type { ConnectionId } from './action.ts';
import type { Direction } from './collision.ts';
import type { NegotiatedSession } from './negotiation.ts';
import type { State } from './state.ts';

/** One state machine of RFC 4271 section 8.2.1: it corresponds to one TCP connection, or to none yet. */
export interface Peering {
  state: State;
  connection: ConnectionId | undefined;
  direction: Direction;
  /** What our OPEN offered. */
  offered: readonly Capability[];
  /** Known from OpenConfirm on. */
  session: NegotiatedSession | undefined;
}

/** A machine without a connection. */
export function idlePeering(): Peering {
  return { state: 'Idle', connection: undefined, direction: 'outgoing', offered: [], session: undefined };
}

/** A machine for a connection that the peer has opened, about to learn that it stands. */
export function incomingPeering(connection: ConnectionId): Peering {
  return { state: 'Active', connection, direction: 'incoming', offered: [], session: undefined };
}

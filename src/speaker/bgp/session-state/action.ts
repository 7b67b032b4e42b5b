import type { AttributeFault } from '../message/attribute-fault.ts';
import type { DecodedMessage, Message } from '../message/message.ts';
import type { NotificationMessage } from '../message/notification.ts';
import type { RouteRefreshMessage } from '../message/route-refresh.ts';
import type { UpdateMessage } from '../message/update.ts';
import type { NegotiatedSession } from './negotiation.ts';
import type { TimerName } from './state.ts';

/** Names one TCP connection; never used twice by one machine. */
export type ConnectionId = number;

/** What happened. Events of a connection that is gone are ignored. */
export type SessionInput =
  | { readonly event: 'ManualStart' }
  /** @property notification why, or undefined to close without a word (graceful restart, RFC 4724 section 4) */
  | { readonly event: 'ManualStop'; readonly notification: NotificationMessage | undefined }
  /** BFD went down (RFC 5882, RFC 9384), or the session has to begin anew: it starts again by itself. */
  | { readonly event: 'AutomaticStop'; readonly notification: NotificationMessage }
  | { readonly event: 'TimerExpires'; readonly timer: TimerName; readonly connection: ConnectionId | undefined }
  /** The connection that the machine asked for is there. */
  | { readonly event: 'TcpConnected'; readonly connection: ConnectionId }
  /** The peer has connected; the answer accepts or refuses it. */
  | { readonly event: 'TcpConnectionFromPeer' }
  /** The connection could not be made, was closed by the peer or broke. */
  | {
      readonly event: 'TcpConnectionFails';
      readonly connection: ConnectionId;
      readonly reason: string;
      /** As errno(3) names it; undefined where the peer closed it in order. */
      readonly code?: string | undefined;
    }
  | { readonly event: 'Message'; readonly connection: ConnectionId; readonly decoded: DecodedMessage }
  /** TCP took UPDATEs or others of the caller's messages. */
  | { readonly event: 'MessagesWritten'; readonly connection: ConnectionId };

/** What is to be done, in the order of the list. */
export type SessionAction =
  | { readonly action: 'InitiateTcpConnection'; readonly connection: ConnectionId }
  | { readonly action: 'AcceptTcpConnection'; readonly connection: ConnectionId }
  | { readonly action: 'RefuseTcpConnection' }
  /** What was sent before goes out first. */
  | { readonly action: 'DropTcpConnection'; readonly connection: ConnectionId }
  | { readonly action: 'Send'; readonly connection: ConnectionId; readonly message: Message }
  /** Starts the timer or starts it anew. Without a connection it is the peer's. */
  | {
      readonly action: 'StartTimer';
      readonly timer: TimerName;
      readonly connection: ConnectionId | undefined;
      readonly milliseconds: number;
    }
  | { readonly action: 'StopTimer'; readonly timer: TimerName; readonly connection: ConnectionId | undefined }
  /** The peer's OPEN is accepted: from here on its UPDATEs are read by this. */
  | { readonly action: 'Negotiated'; readonly connection: ConnectionId; readonly session: NegotiatedSession }
  /** Established. */
  | { readonly action: 'SessionUp'; readonly connection: ConnectionId; readonly session: NegotiatedSession }
  /** No longer Established. */
  | { readonly action: 'SessionDown'; readonly connection: ConnectionId }
  | {
      readonly action: 'ProcessUpdate';
      readonly message: UpdateMessage;
      readonly treatAsWithdraw: boolean;
      readonly faults: readonly AttributeFault[];
    }
  | { readonly action: 'ProcessRouteRefresh'; readonly message: RouteRefreshMessage }
  /** Why a connection ended or could not be made, for status, log and `explain`. */
  | { readonly action: 'Report'; readonly failure: Failure };

/** Why a connection ended. */
export type Failure =
  | {
      readonly kind: 'NotificationSent' | 'NotificationReceived';
      readonly notification: NotificationMessage;
      /** Of one of ours: what was expected and what came, where the code does not tell. */
      readonly detail?: string | undefined;
    }
  | { readonly kind: 'TcpConnectionFails'; readonly reason: string; readonly code?: string | undefined };

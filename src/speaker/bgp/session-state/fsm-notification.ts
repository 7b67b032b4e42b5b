import { CEASE, ERROR, FSM_ERROR } from '../message/error-codes.ts';
import { type MessageType, TYPE_CODE } from '../message/header.ts';
import { cease, hardReset, type NotificationMessage, notification } from '../message/notification.ts';
import type { Event, State } from './state.ts';

/** What an event brings along. */
export interface EventDetail {
  /** Of a stop: what to say. Of a message in error: what answers it. */
  readonly notification?: NotificationMessage | undefined;
  /** For people: what was expected and what came. */
  readonly detail?: string | undefined;
  /** The message that the event is about. */
  readonly messageType?: MessageType | undefined;
}

/** RFC 8538 section 5.1: these end the session for good, so that the peer has to forget our routes. */
const FOR_GOOD: readonly number[] = [
  CEASE.maximumNumberOfPrefixesReached,
  CEASE.administrativeShutdown,
  CEASE.peerDeconfigured,
];

/** What the NOTIFICATION of a transition says (RFC 4271 section 8.2.2). Undefined where nothing is to be said. */
export function fsmNotification(state: State, event: Event, detail: EventDetail): NotificationMessage | undefined {
  switch (event) {
    case 'ManualStop':
    case 'AutomaticStop':
    case 'BGPHeaderErr':
      return detail.notification;
    case 'HoldTimer_Expires':
      return notification(ERROR.holdTimerExpired);
    case 'SendHoldTimer_Expires':
      return notification(ERROR.sendHoldTimerExpired);
    case 'OpenCollisionDump':
      return cease(CEASE.connectionCollisionResolution);
    case 'BGPOpenMsgErr':
      return state === 'OpenSent' ? detail.notification : unexpected(state, detail);
    case 'UpdateMsgErr':
    case 'RouteRefreshMsgErr':
      return state === 'Established' ? detail.notification : unexpected(state, detail);
    default:
      return unexpected(state, detail);
  }
}

/** With the "N" bit exchanged, what is meant for good goes out as a Hard Reset (RFC 8538 section 5). */
export function asHardReset(message: NotificationMessage): NotificationMessage {
  return message.code === ERROR.cease && FOR_GOOD.includes(message.subcode) ? hardReset(message) : message;
}

/** RFC 6608 section 4: the subcode tells the state, the data the message that nobody expected there. */
function unexpected(state: State, { messageType }: EventDetail): NotificationMessage {
  if (messageType === undefined) return notification(ERROR.finiteStateMachine, FSM_ERROR.unspecified);
  const subcodes: Readonly<Partial<Record<State, number>>> = {
    OpenSent: FSM_ERROR.openSent,
    OpenConfirm: FSM_ERROR.openConfirm,
    Established: FSM_ERROR.established,
  };
  const data = new Uint8Array([TYPE_CODE[messageType]]);
  return notification(ERROR.finiteStateMachine, subcodes[state] ?? FSM_ERROR.unspecified, data);
}

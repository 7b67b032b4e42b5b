import { ERROR, OPEN_ERROR } from '../message/error-codes.ts';
import type { MessageType } from '../message/header.ts';
import type { DecodedMessage } from '../message/message.ts';
import type { NotificationMessage } from '../message/notification.ts';
import type { EventDetail } from './fsm-notification.ts';
import type { Event } from './state.ts';

/** The event that a received message is (RFC 4271 section 8.1.5). */
export function messageEvent(decoded: DecodedMessage): { readonly event: Event; readonly detail: EventDetail } {
  if (!decoded.ok) return errorEvent(decoded.notification);
  const { message } = decoded;
  const detail = { messageType: message.type };
  switch (message.type) {
    case 'OPEN':
      return { event: 'BGPOpen', detail };
    case 'UPDATE':
      return { event: 'UpdateMsg', detail };
    case 'NOTIFICATION': {
      const version = message.code === ERROR.openMessage && message.subcode === OPEN_ERROR.unsupportedVersionNumber;
      return { event: version ? 'NotifMsgVerErr' : 'NotifMsg', detail };
    }
    case 'KEEPALIVE':
      return { event: 'KeepAliveMsg', detail };
    case 'ROUTE-REFRESH':
      return { event: 'RouteRefreshMsg', detail };
  }
}

/** The answer to a malformed message tells what kind of message it was. */
function errorEvent(notification: NotificationMessage): { readonly event: Event; readonly detail: EventDetail } {
  const of = (event: Event, messageType?: MessageType) => ({ event, detail: { notification, messageType } });
  switch (notification.code) {
    case ERROR.openMessage:
      return of('BGPOpenMsgErr', 'OPEN');
    case ERROR.updateMessage:
      return of('UpdateMsgErr', 'UPDATE');
    case ERROR.routeRefreshMessage:
      return of('RouteRefreshMsgErr', 'ROUTE-REFRESH');
    default:
      return of('BGPHeaderErr');
  }
}

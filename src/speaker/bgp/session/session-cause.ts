import type { SessionCause } from '../../../api/reasons/session.ts';
import { CEASE, ERROR, OPEN_ERROR } from '../message/error-codes.ts';
import { hardResetReason, type NotificationMessage } from '../message/notification.ts';
import type { Failure } from '../session-state/action.ts';

/** By errno(3) name; whatever else ends a connection is the other side closing it. */
const TCP: Readonly<Record<string, SessionCause>> = {
  ECONNREFUSED: 'Refused',
  EHOSTUNREACH: 'NoRoute',
  ENETUNREACH: 'NoRoute',
  ETIMEDOUT: 'NoAnswer',
  EADDRNOTAVAIL: 'SourceAddressMissing',
};

const OPEN: Readonly<Record<number, SessionCause>> = {
  [OPEN_ERROR.badPeerAs]: 'WrongAS',
  [OPEN_ERROR.badBgpIdentifier]: 'BadIdentifier',
  [OPEN_ERROR.unacceptableHoldTime]: 'HoldTimeRefused',
  [OPEN_ERROR.unsupportedCapability]: 'CapabilityMissing',
  [OPEN_ERROR.unsupportedOptionalParameter]: 'CapabilityMissing',
};

/** Of a Cease from the router. */
const CEASED: Readonly<Record<number, SessionCause>> = {
  [CEASE.maximumNumberOfPrefixesReached]: 'PrefixLimit',
  [CEASE.administrativeShutdown]: 'Shutdown',
  [CEASE.peerDeconfigured]: 'Unconfigured',
  [CEASE.connectionRejected]: 'Unconfigured',
  [CEASE.connectionCollisionResolution]: 'Collision',
  [CEASE.bfdDown]: 'BFDDown',
};

/** What a connection ended of, as one word. */
export function causeOf(failure: Failure): SessionCause {
  if (failure.kind === 'TcpConnectionFails') return TCP[failure.code ?? ''] ?? 'ConnectionClosed';
  const notification = hardResetReason(failure.notification) ?? failure.notification;
  const isOurs = failure.kind === 'NotificationSent';
  return isOurs && notification.code === ERROR.cease ? ceasedByUs(notification) : notified(notification);
}

function ceasedByUs({ subcode }: NotificationMessage): SessionCause {
  if (subcode === CEASE.bfdDown) return 'BFDDown';
  return subcode === CEASE.administrativeShutdown ? 'SpeakerStopped' : 'Reset';
}

function notified({ code, subcode }: NotificationMessage): SessionCause {
  if (code === ERROR.holdTimerExpired) return 'HoldTimerExpired';
  if (code === ERROR.sendHoldTimerExpired) return 'SendHoldTimerExpired';
  if (code === ERROR.cease) return CEASED[subcode] ?? 'Reset';
  return (code === ERROR.openMessage ? OPEN[subcode] : undefined) ?? 'ProtocolError';
}

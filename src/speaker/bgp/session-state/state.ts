/** The states of RFC 4271 section 8.2.2. */
export const STATES = ['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established'] as const;
/** See {@link STATES}. */
export type State = (typeof STATES)[number];

/**
 * The events of RFC 4271 section 8.1 that we use, with their numbers there. The last two have none: ROUTE-REFRESH came
 * later (RFC 2918, RFC 7313).
 */
export const EVENTS = {
  ManualStart: 1,
  ManualStop: 2,
  ManualStart_with_PassiveTcpEstablishment: 4,
  AutomaticStart_with_DampPeerOscillations: 6,
  AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment: 7,
  AutomaticStop: 8,
  ConnectRetryTimer_Expires: 9,
  HoldTimer_Expires: 10,
  KeepaliveTimer_Expires: 11,
  Tcp_CR_Acked: 16,
  TcpConnectionConfirmed: 17,
  TcpConnectionFails: 18,
  BGPOpen: 19,
  BGPHeaderErr: 21,
  BGPOpenMsgErr: 22,
  OpenCollisionDump: 23,
  NotifMsgVerErr: 24,
  NotifMsg: 25,
  KeepAliveMsg: 26,
  UpdateMsg: 27,
  UpdateMsgErr: 28,
  /** RFC 9687 section 4.2. */
  SendHoldTimer_Expires: 29,
  RouteRefreshMsg: undefined,
  RouteRefreshMsgErr: undefined,
} as const;
/** See {@link EVENTS}. */
export type Event = keyof typeof EVENTS;

/** What a transition does, in the words of RFC 4271 section 8.2.2. */
export type Step =
  | 'ResetConnectRetryCounter'
  | 'IncrementConnectRetryCounter'
  | 'StartConnectRetryTimer'
  | 'StopConnectRetryTimer'
  | 'InitiateTcpConnection'
  | 'DropTcpConnection'
  | 'SendOpen'
  | 'SendKeepalive'
  | 'SendNotification'
  /** The HoldTimer is set to a large value: 4 minutes. */
  | 'StartLargeHoldTimer'
  /** HoldTimer and KeepaliveTimer by what was negotiated, neither where that is zero. */
  | 'StartNegotiatedTimers'
  | 'RestartHoldTimer'
  | 'RestartKeepaliveTimer'
  | 'StartSendHoldTimer'
  /** Stops the timers of the connection. */
  | 'ReleaseResources'
  /** Peer oscillation damping: the IdleHoldTimer runs before the next start. */
  | 'StartIdleHoldTimer'
  | 'StopIdleHoldTimer'
  | 'SessionUp'
  /** Deletes all routes associated with the connection. */
  | 'SessionDown'
  | 'ProcessUpdate'
  | 'ProcessRouteRefresh'
  /** A second connection of the same peer: collision detection (section 6.8) decides. */
  | 'TrackConnection';

/** The timers of RFC 4271 section 10 that we use, and the SendHoldTimer of RFC 9687. */
export type TimerName = 'ConnectRetryTimer' | 'HoldTimer' | 'KeepaliveTimer' | 'IdleHoldTimer' | 'SendHoldTimer';

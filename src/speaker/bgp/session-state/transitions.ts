import { EVENTS, type Event, STATES, type State, type Step } from './state.ts';

/** What one event does in one state. */
export interface Transition {
  readonly to: State;
  /** In this order. */
  readonly steps: readonly Step[];
}

type Rows = Readonly<Partial<Record<Event, Transition>>>;

const to = (state: State, ...steps: readonly Step[]): Transition => ({ to: state, steps });

const CLOSE: readonly Step[] = ['StopConnectRetryTimer', 'ReleaseResources', 'DropTcpConnection'];
const AGAIN: readonly Step[] = ['IncrementConnectRetryCounter', 'StartIdleHoldTimer'];

/** The operator wants no session: nothing starts again by itself. */
const stopped = (...before: readonly Step[]) => to('Idle', ...before, ...CLOSE, 'ResetConnectRetryCounter');
/** Something went wrong: it is tried again after the IdleHoldTimer. */
const failed = (...before: readonly Step[]) => to('Idle', ...before, ...CLOSE, ...AGAIN);
/** The same with a NOTIFICATION. */
const refused = (...before: readonly Step[]) => failed('SendNotification', ...before);
/** The peer speaks another version: this does not count as an oscillation. */
const otherVersion = to('Idle', ...CLOSE, 'StartIdleHoldTimer');
const connected = to('OpenSent', 'StopConnectRetryTimer', 'SendOpen', 'StartLargeHoldTimer');

/** Rows that several events share. */
function rows(events: readonly Event[], transition: Transition): Rows {
  return Object.fromEntries(events.map((event) => [event, transition]));
}

const MESSAGES: readonly Event[] = [
  'KeepAliveMsg',
  'UpdateMsg',
  'UpdateMsgErr',
  'RouteRefreshMsg',
  'RouteRefreshMsgErr',
];

const IDLE: Rows = {
  ManualStart: to(
    'Connect',
    'StopIdleHoldTimer',
    'ResetConnectRetryCounter',
    'StartConnectRetryTimer',
    'InitiateTcpConnection',
  ),
  ManualStart_with_PassiveTcpEstablishment: to('Active', 'StopIdleHoldTimer', 'ResetConnectRetryCounter'),
  AutomaticStart_with_DampPeerOscillations: to('Connect', 'StartConnectRetryTimer', 'InitiateTcpConnection'),
  AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment: to('Active'),
  ManualStop: to('Idle', 'StopIdleHoldTimer'),
};

const CONNECT: Rows = {
  ManualStop: stopped(),
  ConnectRetryTimer_Expires: to('Connect', 'DropTcpConnection', 'StartConnectRetryTimer', 'InitiateTcpConnection'),
  Tcp_CR_Acked: connected,
  TcpConnectionConfirmed: to('Connect', 'TrackConnection'),
  TcpConnectionFails: to('Active', 'StartConnectRetryTimer', 'ReleaseResources', 'DropTcpConnection'),
  ...rows(['AutomaticStop', 'HoldTimer_Expires', 'KeepaliveTimer_Expires', 'BGPOpen', 'OpenCollisionDump'], failed()),
  ...rows(['BGPHeaderErr', 'BGPOpenMsgErr', 'NotifMsgVerErr', 'NotifMsg', ...MESSAGES], failed()),
};

const ACTIVE: Rows = {
  ManualStop: stopped(),
  ConnectRetryTimer_Expires: to('Connect', 'StartConnectRetryTimer', 'InitiateTcpConnection'),
  Tcp_CR_Acked: connected,
  TcpConnectionConfirmed: connected,
  TcpConnectionFails: to('Idle', 'StopConnectRetryTimer', 'ReleaseResources', ...AGAIN),
  ...rows(['AutomaticStop', 'HoldTimer_Expires', 'KeepaliveTimer_Expires', 'BGPOpen', 'OpenCollisionDump'], failed()),
  ...rows(['BGPHeaderErr', 'BGPOpenMsgErr', 'NotifMsgVerErr', 'NotifMsg', ...MESSAGES], failed()),
};

const OPEN_SENT: Rows = {
  ManualStop: stopped('SendNotification'),
  ...rows(['AutomaticStop', 'HoldTimer_Expires', 'BGPHeaderErr', 'BGPOpenMsgErr', 'OpenCollisionDump'], refused()),
  ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], to('OpenSent', 'TrackConnection')),
  TcpConnectionFails: to('Active', 'ReleaseResources', 'DropTcpConnection', 'StartConnectRetryTimer'),
  BGPOpen: to('OpenConfirm', 'StopConnectRetryTimer', 'SendKeepalive', 'StartNegotiatedTimers'),
  NotifMsgVerErr: otherVersion,
  NotifMsg: failed(),
  ...rows(['ConnectRetryTimer_Expires', 'KeepaliveTimer_Expires', ...MESSAGES], refused()),
};

const OPEN_CONFIRM: Rows = {
  ManualStop: stopped('SendNotification'),
  ...rows(['AutomaticStop', 'HoldTimer_Expires', 'BGPHeaderErr', 'BGPOpenMsgErr', 'OpenCollisionDump'], refused()),
  KeepaliveTimer_Expires: to('OpenConfirm', 'SendKeepalive', 'RestartKeepaliveTimer'),
  ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], to('OpenConfirm', 'TrackConnection')),
  ...rows(['TcpConnectionFails', 'NotifMsg'], failed()),
  NotifMsgVerErr: otherVersion,
  KeepAliveMsg: to('Established', 'RestartHoldTimer', 'StartSendHoldTimer', 'SessionUp'),
  ...rows(['ConnectRetryTimer_Expires', 'BGPOpen', 'UpdateMsg', 'UpdateMsgErr'], refused()),
  ...rows(['RouteRefreshMsg', 'RouteRefreshMsgErr'], refused()),
};

const ESTABLISHED: Rows = {
  ManualStop: stopped('SendNotification', 'SessionDown'),
  ...rows(['AutomaticStop', 'HoldTimer_Expires', 'SendHoldTimer_Expires'], refused('SessionDown')),
  ...rows(['BGPOpen', 'BGPHeaderErr', 'BGPOpenMsgErr', 'OpenCollisionDump'], refused('SessionDown')),
  ...rows(['ConnectRetryTimer_Expires', 'UpdateMsgErr', 'RouteRefreshMsgErr'], refused('SessionDown')),
  KeepaliveTimer_Expires: to('Established', 'SendKeepalive', 'RestartKeepaliveTimer'),
  ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], to('Established', 'TrackConnection')),
  ...rows(['TcpConnectionFails', 'NotifMsgVerErr', 'NotifMsg'], failed('SessionDown')),
  KeepAliveMsg: to('Established', 'RestartHoldTimer'),
  UpdateMsg: to('Established', 'ProcessUpdate', 'RestartHoldTimer'),
  RouteRefreshMsg: to('Established', 'ProcessRouteRefresh', 'RestartHoldTimer'),
};

const ROWS: Readonly<Record<State, Rows>> = {
  Idle: IDLE,
  Connect: CONNECT,
  Active: ACTIVE,
  OpenSent: OPEN_SENT,
  OpenConfirm: OPEN_CONFIRM,
  Established: ESTABLISHED,
};

/** Section 8.2.2 of RFC 4271 as data: every event in every state. What has no row above is ignored. */
export const TRANSITIONS: Readonly<Record<State, Readonly<Record<Event, Transition>>>> = Object.fromEntries(
  STATES.map((state) => [state, complete(state, ROWS[state])]),
) as Record<State, Record<Event, Transition>>;

function complete(state: State, given: Rows): Record<Event, Transition> {
  const events = Object.keys(EVENTS) as Event[];
  return Object.fromEntries(events.map((event) => [event, given[event] ?? to(state)])) as Record<Event, Transition>;
}

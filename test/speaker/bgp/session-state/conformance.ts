import type { Event, State } from '../../../../src/speaker/bgp/session-state/state.ts';

/**
 * What RFC 4271 section 8.2.2 prescribes for one event in one state: the state that follows, then all that is done, each
 * in a word or two.
 *
 * - `send OPEN`, `send NOTIFICATION 4/0` (code/subcode)
 * - `start HoldTimer 240`, `stop HoldTimer`: seconds; "sets to zero" is a stop
 * - `connect`, `drop`: the TCP connection
 * - `counter 0`, `counter +1`: the ConnectRetryCounter
 * - `damp 2`: the IdleHoldTimer runs for so many seconds before the next start (section 8.1.1)
 * - `track`: a second connection, for collision detection (section 6.8)
 * - `up`, `delete routes`, `process UPDATE`, `process ROUTE-REFRESH`
 */
export type Cell = readonly [State, ...string[]];
type Row = Readonly<Partial<Record<Event, Cell>>>;

/** What the table supposes. Seconds; the ConnectRetryCounter is 1, so that damping is 2 after another failure. */
export const SUPPOSED = {
  connectRetryTime: 120,
  holdTime: 90,
  sendHoldTime: 480,
  counter: 1,
  /** The NOTIFICATION that an operator's stop, the system's, and a message in error bring along. */
  manualStop: [6, 2],
  automaticStop: [6, 10],
  headerError: [1, 2],
  openError: [2, 6],
  updateError: [3, 1],
  routeRefreshError: [7, 1],
} as const;

/** The timers that run in each state, before anything happens. */
export const RUNNING = {
  Idle: ['IdleHoldTimer'],
  Connect: ['ConnectRetryTimer'],
  Active: ['ConnectRetryTimer'],
  OpenSent: ['HoldTimer'],
  OpenConfirm: ['HoldTimer', 'KeepaliveTimer'],
  Established: ['HoldTimer', 'KeepaliveTimer', 'SendHoldTimer'],
} as const satisfies Readonly<Record<State, readonly string[]>>;

/** "Releases all BGP resources, drops the TCP connection": no timer of the state goes on. */
const released = (state: State) => [...RUNNING[state].map((timer) => `stop ${timer}`), 'drop'];

/** "increments the ConnectRetryCounter by 1, performs peer oscillation damping". */
const failed = (state: State, ...more: readonly string[]): Cell => {
  return ['Idle', ...more, ...released(state), 'counter +1', 'damp 2'];
};
/** "sets ConnectRetryCounter to zero": nothing starts again by itself. */
const stopped = (state: State, ...more: readonly string[]): Cell => {
  return ['Idle', ...more, ...released(state), 'counter 0'];
};
/** A version error counts as no failure of ours (Event 24), and we wait all the same. */
const otherVersion = (state: State, ...more: readonly string[]): Cell => {
  return ['Idle', ...more, ...released(state), 'damp 1'];
};
const notified = (code: number, subcode: number) => `send NOTIFICATION ${code}/${subcode}`;
const given = ([code, subcode]: readonly [number, number]) => notified(code, subcode);

const rows = (events: readonly Event[], cell: Cell): Row => Object.fromEntries(events.map((event) => [event, cell]));

const REFRESH: readonly Event[] = ['RouteRefreshMsg', 'RouteRefreshMsgErr'];
/** "In response to any other events (Events 8, 10-11, 13, 19, 23, 25-28)" of Connect and Active; 21, 22 and 24 beside. */
const ANY_OTHER: readonly Event[] = [
  ...(['AutomaticStop', 'HoldTimer_Expires', 'KeepaliveTimer_Expires', 'BGPOpen', 'OpenCollisionDump'] as const),
  ...(['NotifMsg', 'KeepAliveMsg', 'UpdateMsg', 'UpdateMsgErr', 'BGPHeaderErr', 'BGPOpenMsgErr'] as const),
  ...(['NotifMsgVerErr', ...REFRESH] as const),
];
const connected: Cell = ['OpenSent', 'stop ConnectRetryTimer', 'send OPEN', 'start HoldTimer 240'];
const start = ['start ConnectRetryTimer 120', 'connect'] as const;

/** Section 8.2.2 as it reads, with RFC 6608 section 4, RFC 4486, RFC 7313 and RFC 9687 section 4.3. Absent: ignored. */
export const CONFORMANCE: Readonly<Record<State, Row>> = {
  Idle: {
    ManualStart: ['Connect', 'stop IdleHoldTimer', 'counter 0', ...start],
    ManualStart_with_PassiveTcpEstablishment: ['Active', 'stop IdleHoldTimer', 'counter 0', start[0]],
    // Events 6 and 7 are left to the implementation: the start forgets nothing, as the damping counts on.
    AutomaticStart_with_DampPeerOscillations: ['Connect', ...start],
    AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment: ['Active', start[0]],
    // "ManualStop and AutomaticStop are ignored in the Idle state": what would start by itself is no longer to.
    ManualStop: ['Idle', 'stop IdleHoldTimer'],
  },
  Connect: {
    ManualStop: stopped('Connect'),
    ConnectRetryTimer_Expires: ['Connect', 'drop', ...start],
    ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], connected),
    TcpConnectionFails: ['Idle', ...released('Connect')],
    ...rows(ANY_OTHER, failed('Connect')),
  },
  Active: {
    ManualStop: stopped('Active'),
    ConnectRetryTimer_Expires: ['Connect', ...start],
    ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], connected),
    TcpConnectionFails: ['Idle', 'start ConnectRetryTimer 120', 'counter +1', 'damp 2'],
    ...rows(ANY_OTHER, failed('Active')),
  },
  OpenSent: {
    ManualStop: stopped('OpenSent', given(SUPPOSED.manualStop)),
    AutomaticStop: failed('OpenSent', given(SUPPOSED.automaticStop)),
    HoldTimer_Expires: failed('OpenSent', notified(4, 0)),
    ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], ['OpenSent', 'track']),
    TcpConnectionFails: ['Active', ...released('OpenSent'), 'start ConnectRetryTimer 120'],
    BGPOpen: ['OpenConfirm', 'send KEEPALIVE', 'start HoldTimer 90', 'start KeepaliveTimer 30'],
    BGPHeaderErr: failed('OpenSent', given(SUPPOSED.headerError)),
    BGPOpenMsgErr: failed('OpenSent', given(SUPPOSED.openError)),
    OpenCollisionDump: failed('OpenSent', notified(6, 7)),
    NotifMsgVerErr: otherVersion('OpenSent'),
    ...rows(['ConnectRetryTimer_Expires', 'KeepaliveTimer_Expires'], failed('OpenSent', notified(5, 0))),
    ...rows(['NotifMsg', 'KeepAliveMsg', 'UpdateMsg', 'UpdateMsgErr', ...REFRESH], failed('OpenSent', notified(5, 1))),
  },
  OpenConfirm: {
    ManualStop: stopped('OpenConfirm', given(SUPPOSED.manualStop)),
    AutomaticStop: failed('OpenConfirm', given(SUPPOSED.automaticStop)),
    HoldTimer_Expires: failed('OpenConfirm', notified(4, 0)),
    KeepaliveTimer_Expires: ['OpenConfirm', 'send KEEPALIVE', 'start KeepaliveTimer 30'],
    ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], ['OpenConfirm', 'track']),
    ...rows(['TcpConnectionFails', 'NotifMsg'], failed('OpenConfirm')),
    NotifMsgVerErr: otherVersion('OpenConfirm'),
    BGPHeaderErr: failed('OpenConfirm', given(SUPPOSED.headerError)),
    OpenCollisionDump: failed('OpenConfirm', notified(6, 7)),
    KeepAliveMsg: ['Established', 'start HoldTimer 90', 'start SendHoldTimer 480', 'up'],
    ConnectRetryTimer_Expires: failed('OpenConfirm', notified(5, 0)),
    // RFC 6608 counts OPEN among what is unexpected here, so that it is not looked into.
    ...rows(['BGPOpen', 'BGPOpenMsgErr', 'UpdateMsg', 'UpdateMsgErr'], failed('OpenConfirm', notified(5, 2))),
    ...rows(REFRESH, failed('OpenConfirm', notified(5, 2))),
  },
  Established: {
    ManualStop: stopped('Established', given(SUPPOSED.manualStop), 'delete routes'),
    AutomaticStop: failed('Established', given(SUPPOSED.automaticStop), 'delete routes'),
    HoldTimer_Expires: failed('Established', notified(4, 0), 'delete routes'),
    SendHoldTimer_Expires: failed('Established', notified(8, 0), 'delete routes'),
    KeepaliveTimer_Expires: ['Established', 'send KEEPALIVE', 'start KeepaliveTimer 30'],
    ...rows(['Tcp_CR_Acked', 'TcpConnectionConfirmed'], ['Established', 'track']),
    ...rows(['NotifMsgVerErr', 'NotifMsg', 'TcpConnectionFails'], failed('Established', 'delete routes')),
    KeepAliveMsg: ['Established', 'start HoldTimer 90'],
    UpdateMsg: ['Established', 'process UPDATE', 'start HoldTimer 90'],
    UpdateMsgErr: failed('Established', given(SUPPOSED.updateError), 'delete routes'),
    OpenCollisionDump: failed('Established', notified(6, 7), 'delete routes'),
    // RFC 7313: it is processed, and says that the peer lives.
    RouteRefreshMsg: ['Established', 'process ROUTE-REFRESH'],
    RouteRefreshMsgErr: failed('Established', given(SUPPOSED.routeRefreshError), 'delete routes'),
    // "In response to any other event (Events 9, 12-13, 20-22)".
    ConnectRetryTimer_Expires: failed('Established', notified(5, 0), 'delete routes'),
    BGPHeaderErr: failed('Established', notified(5, 0), 'delete routes'),
    ...rows(['BGPOpen', 'BGPOpenMsgErr'], failed('Established', notified(5, 3), 'delete routes')),
  },
};

/** Where we do otherwise, and why: README.md has each of them under "Known deviations". */
export const DEVIATIONS: Readonly<Record<string, { readonly cell: Cell; readonly why: string }>> = {
  'Idle ManualStart_with_PassiveTcpEstablishment': {
    cell: ['Active', 'stop IdleHoldTimer', 'counter 0'],
    why: 'a passive peer never connects, so that its ConnectRetryTimer does not run',
  },
  'Idle AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment': {
    cell: ['Active'],
    why: 'a passive peer never connects, so that its ConnectRetryTimer does not run',
  },
  'Connect TcpConnectionConfirmed': {
    cell: ['Connect', 'track'],
    why: 'a second connection gets a state machine of its own, as section 8.2.1 wants it',
  },
  'Connect TcpConnectionFails': {
    cell: ['Active', 'start ConnectRetryTimer 120', 'drop'],
    why: "in Idle the peer's own attempt would be refused",
  },
  'Active TcpConnectionFails': {
    cell: ['Idle', 'stop ConnectRetryTimer', 'counter +1', 'damp 2'],
    why: 'the IdleHoldTimer says when it starts again: Event 9 is ignored in Idle',
  },
  'OpenSent NotifMsg': {
    cell: failed('OpenSent'),
    why: 'a NOTIFICATION is never answered by one (section 6.4)',
  },
  'Established RouteRefreshMsg': {
    cell: ['Established', 'process ROUTE-REFRESH', 'start HoldTimer 90'],
    why: 'who sends one lives',
  },
  'Established BGPHeaderErr': {
    cell: failed('Established', given(SUPPOSED.headerError), 'delete routes'),
    why: 'section 6.1: all errors in a header are indicated by Message Header Error',
  },
};

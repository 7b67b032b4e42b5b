import { describe, expect, it } from 'vitest';
import { EVENTS, type Event, STATES, type State } from '../../../../src/speaker/bgp/session-state/state.ts';
import { TRANSITIONS, type Transition } from '../../../../src/speaker/bgp/session-state/transitions.ts';

/**
 * Next state, then: N a NOTIFICATION is sent, D the TCP connection is dropped, 0 the ConnectRetryCounter is set to zero,
 * + it is incremented.
 */
type Outcome = string;

const STARTS: readonly Event[] = [
  'ManualStart',
  'ManualStart_with_PassiveTcpEstablishment',
  'AutomaticStart_with_DampPeerOscillations',
  'AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment',
];
const REFRESH: readonly Event[] = ['RouteRefreshMsg', 'RouteRefreshMsgErr'];

const each = (events: readonly Event[], outcome: Outcome) =>
  Object.fromEntries(events.map((event) => [event, outcome]));

/** RFC 4271 section 8.2.2 as it reads, with RFC 6608 section 4 and RFC 9687 section 4.3. Absent: ignored. */
const RFC: Readonly<Record<State, Readonly<Partial<Record<Event, Outcome>>>>> = {
  Idle: {
    ManualStart: 'Connect 0',
    ManualStart_with_PassiveTcpEstablishment: 'Active 0',
    // Events 6 and 7 are left to the implementation: they start without forgetting how often it went wrong.
    AutomaticStart_with_DampPeerOscillations: 'Connect',
    AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment: 'Active',
  },
  Connect: {
    ManualStop: 'Idle D0',
    ConnectRetryTimer_Expires: 'Connect D',
    Tcp_CR_Acked: 'OpenSent',
    TcpConnectionConfirmed: 'OpenSent',
    TcpConnectionFails: 'Idle D',
    ...each(['AutomaticStop', 'HoldTimer_Expires', 'KeepaliveTimer_Expires', 'BGPOpen', 'BGPHeaderErr'], 'Idle D+'),
    ...each(['BGPOpenMsgErr', 'OpenCollisionDump', 'NotifMsgVerErr', 'NotifMsg', 'KeepAliveMsg'], 'Idle D+'),
    ...each(['UpdateMsg', 'UpdateMsgErr', ...REFRESH], 'Idle D+'),
  },
  Active: {
    ManualStop: 'Idle D0',
    ConnectRetryTimer_Expires: 'Connect',
    Tcp_CR_Acked: 'OpenSent',
    TcpConnectionConfirmed: 'OpenSent',
    TcpConnectionFails: 'Idle +',
    ...each(['AutomaticStop', 'HoldTimer_Expires', 'KeepaliveTimer_Expires', 'BGPOpen', 'BGPHeaderErr'], 'Idle D+'),
    ...each(['BGPOpenMsgErr', 'OpenCollisionDump', 'NotifMsgVerErr', 'NotifMsg', 'KeepAliveMsg'], 'Idle D+'),
    ...each(['UpdateMsg', 'UpdateMsgErr', ...REFRESH], 'Idle D+'),
  },
  OpenSent: {
    ManualStop: 'Idle ND0',
    AutomaticStop: 'Idle ND+',
    ConnectRetryTimer_Expires: 'Idle ND+',
    HoldTimer_Expires: 'Idle ND+',
    KeepaliveTimer_Expires: 'Idle ND+',
    TcpConnectionFails: 'Active D',
    BGPOpen: 'OpenConfirm',
    BGPHeaderErr: 'Idle ND+',
    BGPOpenMsgErr: 'Idle ND+',
    OpenCollisionDump: 'Idle ND+',
    NotifMsgVerErr: 'Idle D',
    NotifMsg: 'Idle ND+',
    ...each(['KeepAliveMsg', 'UpdateMsg', 'UpdateMsgErr', ...REFRESH], 'Idle ND+'),
  },
  OpenConfirm: {
    ManualStop: 'Idle ND0',
    AutomaticStop: 'Idle ND+',
    ConnectRetryTimer_Expires: 'Idle ND+',
    HoldTimer_Expires: 'Idle ND+',
    TcpConnectionFails: 'Idle D+',
    BGPOpen: 'Idle ND+',
    BGPHeaderErr: 'Idle ND+',
    BGPOpenMsgErr: 'Idle ND+',
    OpenCollisionDump: 'Idle ND+',
    NotifMsgVerErr: 'Idle D',
    NotifMsg: 'Idle D+',
    KeepAliveMsg: 'Established',
    ...each(['UpdateMsg', 'UpdateMsgErr', ...REFRESH], 'Idle ND+'),
  },
  Established: {
    ManualStop: 'Idle ND0',
    AutomaticStop: 'Idle ND+',
    ConnectRetryTimer_Expires: 'Idle ND+',
    HoldTimer_Expires: 'Idle ND+',
    TcpConnectionFails: 'Idle D+',
    BGPOpen: 'Idle ND+',
    BGPHeaderErr: 'Idle ND+',
    BGPOpenMsgErr: 'Idle ND+',
    OpenCollisionDump: 'Idle ND+',
    NotifMsgVerErr: 'Idle D+',
    NotifMsg: 'Idle D+',
    UpdateMsgErr: 'Idle ND+',
    SendHoldTimer_Expires: 'Idle ND+',
    RouteRefreshMsgErr: 'Idle ND+',
  },
};

/** Where we do otherwise, as the README says and why. */
const DEVIATIONS: Readonly<Record<string, Outcome>> = {
  // A second connection gets a state machine of its own, as section 8.2.1 wants it.
  'Connect TcpConnectionConfirmed': 'Connect',
  // In Idle the peer's own attempt would be refused.
  'Connect TcpConnectionFails': 'Active D',
  // A NOTIFICATION is never answered by a NOTIFICATION.
  'OpenSent NotifMsg': 'Idle D+',
};

function outcomeOf({ to, steps }: Transition): Outcome {
  const flags = [
    steps.includes('SendNotification') ? 'N' : '',
    steps.includes('DropTcpConnection') ? 'D' : '',
    steps.includes('ResetConnectRetryCounter') ? '0' : '',
    steps.includes('IncrementConnectRetryCounter') ? '+' : '',
  ].join('');
  return flags === '' ? to : `${to} ${flags}`;
}

const ALL = STATES.flatMap((state) => (Object.keys(EVENTS) as Event[]).map((event) => [state, event] as const));

describe('TRANSITIONS', () => {
  it.each(ALL)('%s on %s does what the RFCs say', (state, event) => {
    const expected = DEVIATIONS[`${state} ${event}`] ?? RFC[state][event] ?? state;
    expect(outcomeOf(TRANSITIONS[state][event])).toBe(expected);
  });

  it('deviates only where it says so', () => {
    for (const [key, outcome] of Object.entries(DEVIATIONS)) {
      const [state, event] = key.split(' ') as [State, Event];
      expect(RFC[state][event]).toBeDefined();
      expect(RFC[state][event]).not.toBe(outcome);
    }
  });

  it.each(ALL)('%s on %s keeps what belongs together', (state, event) => {
    const { to, steps } = TRANSITIONS[state][event];
    const closes = steps.includes('DropTcpConnection') && to !== 'Connect';
    // Dropped connections leave no timer behind; whoever leaves Established says so; nobody stays in Idle by accident.
    if (closes) expect(steps).toContain('ReleaseResources');
    expect(steps.includes('SessionDown')).toBe(state === 'Established' && to !== 'Established');
    expect(steps.includes('SessionUp')).toBe(state !== 'Established' && to === 'Established');
    if (to === 'Idle' && state !== 'Idle') {
      expect(steps.includes('StartIdleHoldTimer')).toBe(event !== 'ManualStop');
    }
    if (to === 'OpenSent' && state !== 'OpenSent') {
      expect(steps).toEqual(['StopConnectRetryTimer', 'SendOpen', 'StartLargeHoldTimer']);
    }
    if (steps.includes('SendNotification')) expect(steps[0]).toBe('SendNotification');
  });

  it.each(STATES.slice(1))('ignores starts in %s', (state) => {
    for (const event of STARTS) expect(TRANSITIONS[state][event]).toEqual({ to: state, steps: [] });
  });
});

import { describe, expect, it } from 'vitest';
import type { MessageType } from '../../../../src/speaker/bgp/message/header.ts';
import { notification } from '../../../../src/speaker/bgp/message/notification.ts';
import type { EventDetail } from '../../../../src/speaker/bgp/session-state/fsm-notification.ts';
import type { Peering } from '../../../../src/speaker/bgp/session-state/peering.ts';
import { EVENTS, type Event, STATES, type State, type Step } from '../../../../src/speaker/bgp/session-state/state.ts';
import { Steps } from '../../../../src/speaker/bgp/session-state/steps.ts';
import { TRANSITIONS } from '../../../../src/speaker/bgp/session-state/transitions.ts';
import { CONFORMANCE, DEVIATIONS, RUNNING, SUPPOSED } from './conformance.ts';
import { MachineDriver, textOf } from './machine-driver.ts';
import { configuration } from './peers.ts';

const MESSAGES: Readonly<Partial<Record<Event, MessageType>>> = {
  BGPOpen: 'OPEN',
  BGPOpenMsgErr: 'OPEN',
  NotifMsg: 'NOTIFICATION',
  NotifMsgVerErr: 'NOTIFICATION',
  KeepAliveMsg: 'KEEPALIVE',
  UpdateMsg: 'UPDATE',
  UpdateMsgErr: 'UPDATE',
  RouteRefreshMsg: 'ROUTE-REFRESH',
  RouteRefreshMsgErr: 'ROUTE-REFRESH',
};
const SAID: Readonly<Partial<Record<Event, readonly [number, number]>>> = {
  ManualStop: SUPPOSED.manualStop,
  AutomaticStop: SUPPOSED.automaticStop,
  BGPHeaderErr: SUPPOSED.headerError,
  BGPOpenMsgErr: SUPPOSED.openError,
  UpdateMsgErr: SUPPOSED.updateError,
  RouteRefreshMsgErr: SUPPOSED.routeRefreshError,
};
/** What the peer's state machine does beside the actions that it gives. */
const UNSEEN: Readonly<Partial<Record<Step, string>>> = {
  TrackConnection: 'track',
  ProcessUpdate: 'process UPDATE',
  ProcessRouteRefresh: 'process ROUTE-REFRESH',
};
const CONNECTION = 1;

function detailOf(event: Event): EventDetail {
  const [code, subcode] = SAID[event] ?? [];
  return {
    messageType: MESSAGES[event],
    notification: code === undefined ? undefined : notification(code, subcode),
  };
}

/** A state machine in this state; Active has no connection until there is one. */
function peeringIn(state: State, event: Event): Peering {
  const { session } = new MachineDriver().to('Established').machine;
  const isConnected = event === 'Tcp_CR_Acked' || event === 'TcpConnectionConfirmed';
  const connection = state === 'Idle' || (state === 'Active' && !isConnected) ? undefined : CONNECTION;
  return { state, connection, direction: 'outgoing', offered: [], session };
}

/** Carries out what the table of transitions has, and says what came of it in the words of the conformance table. */
function observed(state: State, event: Event, passive = false): readonly string[] {
  const { connectRetryTime, holdTime, counter } = SUPPOSED;
  const steps = new Steps(configuration({ connectRetryTime, holdTime, passive }));
  const peering = peeringIn(state, event);
  steps.begin({ now: 0, jitter: 1 });
  for (let left = counter; left > 0; left--) steps.run('IncrementConnectRetryCounter', peering, false, event, {});
  for (const timer of RUNNING[state]) {
    const isOfPeer = timer === 'ConnectRetryTimer' || timer === 'IdleHoldTimer';
    if (!(passive && timer === 'ConnectRetryTimer')) steps.timers.start(timer, isOfPeer ? undefined : CONNECTION, 1);
  }
  // A timer that has expired runs no longer.
  const [expired] = event.split('_Expires');
  if (event.endsWith('_Expires')) {
    for (const connection of [undefined, CONNECTION]) steps.timers.expire(expired as 'HoldTimer', connection);
  }
  const { to, steps: all } = TRANSITIONS[state][event];
  for (const step of all) steps.run(step, peering, false, event, detailOf(event));
  const done = steps.finish().map((action) => wordsOf(textOf(action)));
  const unseen = all.flatMap((step) => UNSEEN[step] ?? []);
  const change = steps.connectRetryCounter - counter;
  const counted = steps.connectRetryCounter === 0 ? ['counter 0'] : change > 0 ? [`counter +${change}`] : [];
  return [to, ...[...done, ...unseen, ...counted].filter((words) => words !== '')];
}

/** `StartTimer 1 HoldTimer 90000` as `start HoldTimer 90`. */
function wordsOf(text: string): string {
  const [action = '', , name = '', more = ''] = text.split(' ');
  switch (action) {
    case 'Send':
      return more === '' ? `send ${name}` : `send ${name} ${more}`;
    case 'StartTimer':
      return name === 'IdleHoldTimer' ? `damp ${Number(more) / 1000}` : `start ${name} ${Number(more) / 1000}`;
    case 'StopTimer':
      return `stop ${name}`;
    case 'InitiateTcpConnection':
      return 'connect';
    case 'DropTcpConnection':
      return 'drop';
    case 'SessionUp':
      return 'up';
    case 'SessionDown':
      return 'delete routes';
    // For people.
    case 'Report':
      return '';
    default:
      return text;
  }
}

/** In Active nothing is dropped, as nothing is there; a timer that has expired needs no stop. */
function expectedOf(state: State, event: Event): readonly string[] {
  const [to, ...done] = DEVIATIONS[`${state} ${event}`]?.cell ?? CONFORMANCE[state][event] ?? [state];
  const [expired] = event.split('_Expires');
  const without = [...(state === 'Active' ? ['drop'] : []), ...(event.endsWith('_Expires') ? [`stop ${expired}`] : [])];
  return [to, ...done.filter((words) => !without.includes(words))];
}

const sorted = ([to = '', ...done]: readonly string[]) => [to, ...[...done].sort()];
const ALL = STATES.flatMap((state) => (Object.keys(EVENTS) as Event[]).map((event) => [state, event] as const));

describe('RFC 4271 section 8.2.2', () => {
  it.each(ALL)('%s on %s does all that is prescribed, and nothing else', (state, event) => {
    expect(sorted(observed(state, event, event.includes('Passive')))).toEqual(sorted(expectedOf(state, event)));
  });

  it.each(ALL)('%s on %s sends its NOTIFICATION before it drops the connection', (state, event) => {
    const done = observed(state, event);
    const notified = done.findIndex((words) => words.startsWith('send NOTIFICATION'));
    if (notified >= 0) expect(done.indexOf('drop')).toBeGreaterThan(notified);
  });

  it.each(Object.entries(DEVIATIONS))('is deviated from at %s, and only in what differs', (key, { cell }) => {
    const [state, event] = key.split(' ') as [State, Event];
    expect(CONFORMANCE[state][event]).toBeDefined();
    expect(sorted(cell)).not.toEqual(sorted(CONFORMANCE[state][event] ?? []));
  });
});

import { describe, expect, it } from 'vitest';
import { EVENTS, type Event, STATES } from '../../../../src/speaker/bgp/session-state/state.ts';
import { TRANSITIONS } from '../../../../src/speaker/bgp/session-state/transitions.ts';

const STARTS: readonly Event[] = [
  'ManualStart',
  'ManualStart_with_PassiveTcpEstablishment',
  'AutomaticStart_with_DampPeerOscillations',
  'AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment',
];
const ALL = STATES.flatMap((state) => (Object.keys(EVENTS) as Event[]).map((event) => [state, event] as const));

describe('TRANSITIONS', () => {
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

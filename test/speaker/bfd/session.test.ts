import { describe, expect, it } from 'vitest';
import { BFD_STATES, type BfdPacket, type BfdState } from '../../../src/speaker/bfd/packet.ts';
import { BfdSession, SLOW_INTERVAL } from '../../../src/speaker/bfd/session.ts';
import { OPTIONS, packet, play, sessionIn } from './sessions.ts';

describe('BfdSession: states', () => {
  /** RFC 5880 section 6.8.6, the last paragraphs, for every pair: our state, the one received, ours thereafter. */
  const TABLE: readonly (readonly [state: BfdState, received: BfdState, next: BfdState])[] = [
    ['AdminDown', 'AdminDown', 'AdminDown'],
    ['AdminDown', 'Down', 'AdminDown'],
    ['AdminDown', 'Init', 'AdminDown'],
    ['AdminDown', 'Up', 'AdminDown'],
    ['Down', 'AdminDown', 'Down'],
    ['Down', 'Down', 'Init'],
    ['Down', 'Init', 'Up'],
    ['Down', 'Up', 'Down'],
    ['Init', 'AdminDown', 'Down'],
    ['Init', 'Down', 'Init'],
    ['Init', 'Init', 'Up'],
    ['Init', 'Up', 'Up'],
    ['Up', 'AdminDown', 'Down'],
    ['Up', 'Down', 'Down'],
    ['Up', 'Init', 'Up'],
    ['Up', 'Up', 'Up'],
  ];

  it.each(TABLE)('%s, on receiving %s: %s', (state, received, next) => {
    const session = sessionIn(state);
    const { packets, transition } = session.receive(packet({ state: received, diagnostic: 'Path Down' }), 10);
    expect(session.state).toBe(next);
    if (next === state) {
      expect(transition).toBeUndefined();
      expect(packets).toEqual([]);
      return;
    }
    const diagnostic = next === 'Down' ? 'Neighbor Signaled Session Down' : 'No Diagnostic';
    expect(transition).toEqual({
      from: state,
      to: next,
      diagnostic,
      remoteState: received,
      remoteDiagnostic: 'Path Down',
    });
    expect(packets).toMatchObject([{ state: next, diagnostic, yourDiscriminator: 9, final: false }]);
  });

  it('has a row above for each pair', () => {
    const pairs = BFD_STATES.flatMap((state) => BFD_STATES.map((received) => `${state} ${received}`));
    expect(TABLE.map(([state, received]) => `${state} ${received}`)).toEqual(pairs);
  });

  it.each(BFD_STATES.map((state) => [state]))('%s, on silence for the Detection Time', (state) => {
    const session = sessionIn(state);
    const detectionTime = session.detectionTime;
    const before = state === 'Init' || state === 'Up' ? state : undefined;
    expect(detectionTime).toBe(before === undefined ? undefined : 300);
    expect(session.take(299.9, 0).transition).toBeUndefined();
    const { transition, packets } = session.take(300, 0);
    if (before === undefined) {
      expect(transition).toBeUndefined();
      return;
    }
    expect(transition).toMatchObject({ from: before, to: 'Down', diagnostic: 'Control Detection Time Expired' });
    expect(packets).toMatchObject([
      {
        state: 'Down',
        diagnostic: 'Control Detection Time Expired',
        yourDiscriminator: 0,
        desiredMinTxInterval: SLOW_INTERVAL,
      },
    ]);
  });

  it.each(BFD_STATES.map((state) => [state]))('%s, on being disabled', (state) => {
    const session = sessionIn(state);
    const { transition, packets } = session.disable(5);
    expect(session.state).toBe('AdminDown');
    if (state === 'AdminDown') expect({ transition, packets }).toEqual({ transition: undefined, packets: [] });
    else {
      expect(transition).toMatchObject({ from: state, to: 'AdminDown', diagnostic: 'Administratively Down' });
      expect(packets).toMatchObject([{ state: 'AdminDown', diagnostic: 'Administratively Down' }]);
    }
  });

  it('forgets a peer that is silent while the session is Down, and goes on asking', () => {
    const session = sessionIn('Up');
    session.receive(packet({ state: 'Down', desiredMinTxInterval: SLOW_INTERVAL }), 10);
    expect(session.detectionTime).toBe(3000);
    expect(session.take(1100, 0).packets).toMatchObject([{ yourDiscriminator: 9 }]);
    expect(play(session, 1100, 4500).map(({ packet }) => packet.yourDiscriminator)).toEqual([9, 0, 0]);
    expect(session.detectionTime).toBeUndefined();
    expect(session.diagnostic).toBe('Neighbor Signaled Session Down');
  });

  it('comes up between two of its kind, and tells each other at once', () => {
    const [a, b] = [new BfdSession(OPTIONS), new BfdSession({ ...OPTIONS, localDiscriminator: 9 })];
    const queue: (readonly [BfdSession, BfdPacket])[] = [];
    const send = (to: BfdSession, packets: readonly BfdPacket[]) =>
      queue.push(...packets.map((each) => [to, each] as const));
    send(b, a.take(0, 0).packets);
    let carried = 0;
    for (let next = queue.shift(); next !== undefined && carried < 20; next = queue.shift(), carried++) {
      const [to, received] = next;
      send(to === a ? b : a, to.receive(received, 0).packets);
    }
    expect([a.state, b.state]).toEqual(['Up', 'Up']);
    expect(carried).toBeLessThan(10);
    expect([a.transmitInterval, b.transmitInterval]).toEqual([100, 100]);
  });
});

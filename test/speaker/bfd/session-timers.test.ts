import { describe, expect, it } from 'vitest';
import { BfdSession, SLOW_INTERVAL } from '../../../src/speaker/bfd/session.ts';
import { OPTIONS, packet, play, sessionIn } from './sessions.ts';

describe('BfdSession: transmission', () => {
  it('begins at once, then sends once a second while it is not Up', () => {
    const session = new BfdSession(OPTIONS);
    const sent = play(session, 0, 3000);
    expect(sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
    expect(sent[0]?.packet).toEqual({
      diagnostic: 'No Diagnostic',
      state: 'Down',
      poll: false,
      final: false,
      controlPlaneIndependent: false,
      demand: false,
      detectMultiplier: 3,
      myDiscriminator: 7,
      yourDiscriminator: 0,
      desiredMinTxInterval: SLOW_INTERVAL,
      requiredMinRxInterval: 100_000,
      requiredMinEchoRxInterval: 0,
    });
  });

  it('sends at the rate that it wants and the peer can take, whichever is slower', () => {
    const session = sessionIn('Up');
    expect(session.transmitInterval).toBe(100);
    session.receive(packet({ state: 'Up', requiredMinRxInterval: 250_000 }), 1);
    expect(session.transmitInterval).toBe(250);
    session.receive(packet({ state: 'Up', requiredMinRxInterval: 10_000 }), 2);
    expect(session.transmitInterval).toBe(100);
    expect(session.next()).toBe(100);
  });

  it.each([
    [3, 0, 100],
    [3, 0.5, 87.5],
    [3, 0.999999, 75],
    [1, 0, 90],
    [1, 0.999999, 75],
  ])(
    'with multiplier %d and jitter %d sends after %d parts of 100 of the interval',
    (detectMultiplier, jitter, share) => {
      const session = sessionIn('Up', { detectMultiplier });
      session.take(200, jitter);
      expect(session.next()).toBeCloseTo(200 + share, 3);
    },
  );

  it('sends nothing of its own accord to a peer that wants nothing', () => {
    const session = sessionIn('Up');
    session.receive(packet({ state: 'Up', requiredMinRxInterval: 0 }), 1);
    expect(session.transmitInterval).toBeUndefined();
    expect(session.take(201, 0)).toEqual({ packets: [], isLate: true });
    expect(session.next()).toBe(301);
    expect(session.receive(packet({ state: 'Up', requiredMinRxInterval: 0, poll: true }), 2).packets).toHaveLength(1);
  });

  it('sends nothing periodic to a peer in Demand mode while both are Up, but for a Poll Sequence', () => {
    const session = sessionIn('Up');
    session.receive(packet({ state: 'Up', demand: true }), 1);
    expect(session.transmitInterval).toBeUndefined();
    session.setTimers({ ...OPTIONS, requiredMinRxInterval: 200_000 });
    expect(session.transmitInterval).toBe(100);
    session.receive(packet({ state: 'Up', demand: true, final: true }), 2);
    expect(session.transmitInterval).toBeUndefined();
    session.receive(packet({ state: 'Init', demand: true }), 3);
    expect(session.transmitInterval).toBe(100);
  });

  it('bears the C bit where it is told to', () => {
    const session = new BfdSession({ ...OPTIONS, controlPlaneIndependent: true });
    expect(session.take(0, 0).packets).toMatchObject([{ controlPlaneIndependent: true }]);
  });
});

describe('BfdSession: Poll Sequence', () => {
  it.each([['Down'], ['Init'], ['Up']] as const)(
    'answers P with F at once in state %s, whatever its own timer',
    (state) => {
      const session = sessionIn(state);
      const before = session.next();
      const same = state === 'Down' ? 'Up' : state === 'Init' ? 'Down' : 'Up';
      const { packets } = session.receive(packet({ state: same, poll: true }), 20);
      expect(packets).toMatchObject([{ final: true, poll: false, state }]);
      if (state === 'Up') expect(session.next()).toBe(before);
    },
  );

  it('tells of its faster timers by P until F comes', () => {
    const session = new BfdSession(OPTIONS);
    session.take(0, 0);
    const { packets } = session.receive(packet({ state: 'Init' }), 0);
    expect(packets).toMatchObject([{ state: 'Up', poll: true, desiredMinTxInterval: 100_000 }]);
    expect(session.take(100, 0).packets).toMatchObject([{ poll: true }]);
    session.receive(packet({ state: 'Up', final: true }), 110);
    expect(session.take(200, 0).packets).toMatchObject([{ poll: false }]);
  });

  it('goes on at the old rate until the peer knows of a slower one', () => {
    const session = sessionIn('Up');
    session.setTimers({ ...OPTIONS, desiredMinTxInterval: 500_000 });
    expect(session.transmitInterval).toBe(100);
    expect(session.take(100, 0).packets).toMatchObject([{ poll: true, desiredMinTxInterval: 500_000 }]);
    session.receive(packet({ state: 'Up', final: true }), 110);
    expect(session.transmitInterval).toBe(500);
  });

  it('gives the peer up by the old Detection Time until it knows of a shorter one', () => {
    const session = sessionIn('Up');
    session.receive(packet({ state: 'Up', desiredMinTxInterval: 10_000 }), 1);
    session.setTimers({ ...OPTIONS, requiredMinRxInterval: 50_000 });
    expect(session.detectionTime).toBe(300);
    session.receive(packet({ state: 'Up', desiredMinTxInterval: 10_000, final: true }), 2);
    expect(session.detectionTime).toBe(150);
  });

  it('is quicker to send and slower to give up at once', () => {
    const session = sessionIn('Up');
    session.setTimers({ ...OPTIONS, desiredMinTxInterval: 50_000, requiredMinRxInterval: 400_000 });
    expect(session.detectionTime).toBe(1200);
    session.receive(packet({ state: 'Up', requiredMinRxInterval: 10_000 }), 1);
    expect(session.transmitInterval).toBe(50);
  });

  it('does not take an F for the answer to a change that came after the P', () => {
    const session = sessionIn('Up');
    session.setTimers({ ...OPTIONS, desiredMinTxInterval: 200_000 });
    session.setTimers({ ...OPTIONS, desiredMinTxInterval: 500_000 });
    session.receive(packet({ state: 'Up', final: true }), 10);
    expect(session.transmitInterval).toBe(100);
    session.receive(packet({ state: 'Up', final: true }), 20);
    expect(session.transmitInterval).toBe(500);
  });

  it('takes no notice of an F that it did not ask for', () => {
    const session = sessionIn('Up');
    session.receive(packet({ state: 'Up', final: true }), 10);
    expect(session.take(100, 0).packets).toMatchObject([{ poll: false }]);
  });
});

describe('BfdSession: a peer that is late', () => {
  it.each([
    ['100 ms before it is given up', 3, 100_000, 200],
    ['but not before the last packet but one is due', 3, 50_000, 100],
    ['however long it may be silent', 5, 1_000_000, 4900],
    ['and never where a single packet counts', 1, 100_000, undefined],
  ])('is told of, %s', (_, detectMultiplier, desiredMinTxInterval, lateAt) => {
    const session = sessionIn('Up', { requiredMinRxInterval: 10_000 });
    session.receive(packet({ state: 'Up', detectMultiplier, desiredMinTxInterval, requiredMinRxInterval: 0 }), 0);
    const late: number[] = [];
    for (let at = session.next(); at !== undefined && session.state === 'Up'; at = session.next()) {
      if (session.take(at, 0).isLate) late.push(at);
    }
    expect(late).toEqual(lateAt === undefined ? [] : [lateAt]);
  });

  it('is told of once a silence', () => {
    const session = sessionIn('Up');
    const take = (now: number) => session.take(now, 0).isLate ?? false;
    expect([199, 200, 250].map(take)).toEqual([false, true, false]);
    session.receive(packet({ state: 'Up' }), 260);
    expect([459, 460].map(take)).toEqual([false, true]);
    expect(session.take(560, 0)).toMatchObject({ transition: { to: 'Down' } });
  });
});

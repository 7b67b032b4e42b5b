import { describe, expect, it } from 'vitest';
import { CEASE } from '../../../../src/speaker/bgp/message/error-codes.ts';
import type { Message } from '../../../../src/speaker/bgp/message/message.ts';
import { cease, hardResetReason, notification } from '../../../../src/speaker/bgp/message/notification.ts';
import type { UpdateMessage } from '../../../../src/speaker/bgp/message/update.ts';
import { hex } from '../octets.ts';
import { MachineDriver, openOf } from './machine-driver.ts';
import { PEER } from './peers.ts';

const KEEPALIVE: Message = { type: 'KEEPALIVE' };
const UPDATE: UpdateMessage = { type: 'UPDATE', withdrawn: hex(''), attributes: [], nlri: hex('') };
const REFRESH: Message = { type: 'ROUTE-REFRESH', afi: 1, safi: 1, subtype: 0 };
const GRACEFUL = { gracefulRestart: { restartTime: 120, restarted: false } };
const SHUTDOWN = cease(CEASE.administrativeShutdown, 'bye');

const sent = (driver: MachineDriver) =>
  driver.actions.flatMap((action) =>
    action.action === 'Send' && action.message.type === 'NOTIFICATION' ? [action.message] : [],
  );

describe('a session', () => {
  it('comes up by the book', () => {
    const driver = new MachineDriver();
    expect(driver.machine.state).toBe('Idle');
    expect(driver.give({ event: 'ManualStart' })).toEqual([
      'StartTimer peer ConnectRetryTimer 120000',
      'InitiateTcpConnection 1',
    ]);
    expect(driver.give({ event: 'TcpConnected', connection: 1 })).toEqual([
      'StopTimer peer ConnectRetryTimer',
      'Send 1 OPEN',
      'StartTimer 1 HoldTimer 240000',
    ]);
    expect(driver.receive(1, openOf(PEER))).toEqual([
      'Negotiated 1',
      'Send 1 KEEPALIVE',
      'StartTimer 1 HoldTimer 90000',
      'StartTimer 1 KeepaliveTimer 30000',
    ]);
    expect(driver.machine.session).toBeUndefined();
    expect(driver.receive(1, KEEPALIVE)).toEqual([
      'StartTimer 1 HoldTimer 90000',
      'StartTimer 1 SendHoldTimer 480000',
      'SessionUp 1',
    ]);
    expect(driver.machine.state).toBe('Established');
    expect(driver.machine.session).toMatchObject({ peerAs: 65001, families: ['IPv4', 'IPv6'] });
  });

  it('lives on what is received and sent', () => {
    const driver = new MachineDriver().to('Established');
    driver.jitter = 0.75;
    expect(driver.receive(1, KEEPALIVE)).toEqual(['StartTimer 1 HoldTimer 90000']);
    expect(driver.receive(1, UPDATE)).toEqual(['StartTimer 1 HoldTimer 90000', 'ProcessUpdate']);
    expect(driver.receive(1, REFRESH)).toEqual(['StartTimer 1 HoldTimer 90000', 'ProcessRouteRefresh']);
    expect(driver.expire('KeepaliveTimer', 1)).toEqual(['Send 1 KEEPALIVE', 'StartTimer 1 KeepaliveTimer 22500']);
    expect(driver.give({ event: 'MessagesWritten', connection: 1 })).toEqual([
      'StartTimer 1 KeepaliveTimer 22500',
      'StartTimer 1 SendHoldTimer 480000',
    ]);
  });

  it('has no timers where the hold time is 0', () => {
    const driver = new MachineDriver({ holdTime: 0 }).to('OpenConfirm');
    expect(driver.actions.map(({ action }) => action)).toEqual(['Negotiated', 'Send', 'StopTimer']);
    expect(driver.receive(1, KEEPALIVE)).toEqual(['SessionUp 1']);
    expect(driver.receive(1, KEEPALIVE)).toEqual([]);
    expect(driver.give({ event: 'MessagesWritten', connection: 1 })).toEqual([]);
  });

  it('waits for the peer where it is passive, and never connects', () => {
    const driver = new MachineDriver({ passive: true });
    expect(driver.give({ event: 'ManualStart' })).toEqual([]);
    expect(driver.machine.state).toBe('Active');
    expect(driver.give({ event: 'TcpConnectionFromPeer' })).toEqual([
      'AcceptTcpConnection 1',
      'Send 1 OPEN',
      'StartTimer 1 HoldTimer 240000',
    ]);
    expect(driver.give({ event: 'TcpConnectionFails', connection: 1, reason: 'reset' })).toEqual([
      'Report TcpConnectionFails',
      'StopTimer 1 HoldTimer',
      'DropTcpConnection 1',
    ]);
    expect(driver.machine.state).toBe('Active');
  });

  it('asks again without capabilities where the peer knows no optional parameters', () => {
    const driver = new MachineDriver().to('OpenSent');
    driver.receive(1, notification(2, 4));
    driver.expire('IdleHoldTimer');
    driver.give({ event: 'TcpConnected', connection: 2 });
    expect(driver.actions[1]).toMatchObject({ message: { type: 'OPEN', capabilities: [] } });
    driver.receive(2, { ...openOf(PEER), capabilities: [] });
    driver.receive(2, KEEPALIVE);
    expect(driver.machine.session).toMatchObject({ families: ['IPv4'], fourOctetAs: false, extendedMessages: false });
  });
});

describe('an end', () => {
  it.each<[string, (driver: MachineDriver) => unknown, number, number, string]>([
    ['hold timer', (driver) => driver.expire('HoldTimer', 1), 4, 0, ''],
    ['send hold timer', (driver) => driver.expire('SendHoldTimer', 1), 8, 0, ''],
    ['BFD down', (driver) => driver.give({ event: 'AutomaticStop', notification: cease(CEASE.bfdDown) }), 6, 10, ''],
    ['shutdown', (driver) => driver.give({ event: 'ManualStop', notification: SHUTDOWN }), 6, 2, '03 627965'],
    ['a second OPEN', (driver) => driver.receive(1, openOf(PEER)), 5, 3, '01'],
    [
      'a malformed OPEN',
      (driver) =>
        driver.give({ event: 'Message', connection: 1, decoded: { ok: false, notification: notification(2, 4) } }),
      5,
      3,
      '01',
    ],
    [
      'a malformed header',
      (driver) =>
        driver.give({
          event: 'Message',
          connection: 1,
          decoded: { ok: false, notification: notification(1, 3, hex('09')) },
        }),
      1,
      3,
      '09',
    ],
    [
      'a malformed UPDATE',
      (driver) =>
        driver.give({ event: 'Message', connection: 1, decoded: { ok: false, notification: notification(3, 1) } }),
      3,
      1,
      '',
    ],
    [
      'a malformed ROUTE-REFRESH',
      (driver) =>
        driver.give({ event: 'Message', connection: 1, decoded: { ok: false, notification: notification(7, 1) } }),
      7,
      1,
      '',
    ],
  ])('of Established: %s', (_name, act, code, subcode, data) => {
    const driver = new MachineDriver().to('Established');
    act(driver);
    expect(sent(driver)).toEqual([notification(code, subcode, hex(data))]);
    expect(driver.actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['Report', 'SessionDown', 'DropTcpConnection']),
    );
    expect([driver.machine.state, driver.machine.session]).toEqual(['Idle', undefined]);
  });

  it.each<['OpenSent' | 'OpenConfirm', Message, number, string]>([
    ['OpenSent', KEEPALIVE, 1, '04'],
    ['OpenSent', UPDATE, 1, '02'],
    ['OpenSent', REFRESH, 1, '05'],
    ['OpenConfirm', openOf(PEER), 2, '01'],
    ['OpenConfirm', UPDATE, 2, '02'],
    ['OpenConfirm', REFRESH, 2, '05'],
  ])('of %s: an unexpected message %#', (state, message, subcode, data) => {
    const driver = new MachineDriver().to(state);
    driver.receive(1, message);
    expect(sent(driver)).toEqual([notification(5, subcode, hex(data))]);
  });

  it('of OpenSent: an OPEN that cannot be', () => {
    const driver = new MachineDriver().to('OpenSent');
    expect(driver.receive(1, { ...openOf(PEER), holdTime: 2 })).toEqual([
      'Send 1 NOTIFICATION 2/6',
      'Report NotificationSent',
      'StopTimer 1 HoldTimer',
      'DropTcpConnection 1',
      'StartTimer peer IdleHoldTimer 1000',
    ]);
  });

  it('never answers a NOTIFICATION, and reports it', () => {
    for (const state of ['OpenSent', 'OpenConfirm', 'Established'] as const) {
      const driver = new MachineDriver().to(state);
      driver.receive(1, SHUTDOWN);
      expect(sent(driver)).toEqual([]);
      expect(driver.actions[0]).toEqual({
        action: 'Report',
        failure: { kind: 'NotificationReceived', notification: SHUTDOWN },
      });
      expect(driver.machine.state).toBe('Idle');
    }
  });

  it('leaves no timer of the connection running, and what comes too late does nothing', () => {
    const driver = new MachineDriver().to('Established');
    expect(driver.give({ event: 'ManualStop', notification: undefined })).toEqual([
      'SessionDown 1',
      'StopTimer 1 HoldTimer',
      'StopTimer 1 KeepaliveTimer',
      'StopTimer 1 SendHoldTimer',
      'DropTcpConnection 1',
    ]);
    expect(driver.expire('HoldTimer', 1)).toEqual([]);
    expect(driver.receive(1, KEEPALIVE)).toEqual([]);
    expect(driver.give({ event: 'MessagesWritten', connection: 1 })).toEqual([]);
    expect(driver.give({ event: 'TcpConnected', connection: 1 })).toEqual([]);
    expect(driver.expire('IdleHoldTimer')).toEqual([]);
    expect(driver.give({ event: 'TcpConnectionFromPeer' })).toEqual(['RefuseTcpConnection']);
  });
});

describe('graceful restart', () => {
  it('closes without a word', () => {
    const driver = new MachineDriver(GRACEFUL).to('Established');
    driver.give({ event: 'ManualStop', notification: undefined });
    expect(sent(driver)).toEqual([]);
  });

  it('sets "R" until the first session is up', () => {
    const driver = new MachineDriver({ gracefulRestart: { restartTime: 120, restarted: true } }).to('OpenSent');
    const restarted = () => {
      const open = driver.actions.find((each) => each.action === 'Send' && each.message.type === 'OPEN');
      const message = open?.action === 'Send' && open.message.type === 'OPEN' ? open.message : undefined;
      return message?.capabilities.find((each) => each.capability === 'GracefulRestart')?.restarted;
    };
    expect(restarted()).toBe(true);
    driver.receive(1, openOf(PEER));
    driver.receive(1, KEEPALIVE);
    driver.expire('HoldTimer', 1);
    driver.expire('IdleHoldTimer');
    driver.give({ event: 'TcpConnected', connection: 2 });
    expect(restarted()).toBe(false);
  });

  it.each([
    [SHUTDOWN, true],
    [cease(CEASE.peerDeconfigured), true],
    [cease(CEASE.administrativeReset), false],
    [cease(CEASE.otherConfigurationChange), false],
    [cease(CEASE.bfdDown), false],
  ])('with the "N" bit exchanged, %j goes out as a Hard Reset: %s', (message, hard) => {
    const driver = new MachineDriver(GRACEFUL).to('Established', { ...PEER, ...GRACEFUL });
    driver.give({ event: 'ManualStop', notification: message });
    expect(sent(driver).map((each) => hardResetReason(each) ?? 'plain')).toEqual([hard ? message : 'plain']);
  });

  it('goes over to the new connection of a peer that has restarted', () => {
    const driver = new MachineDriver().to('Established', { ...PEER, ...GRACEFUL });
    expect(driver.give({ event: 'TcpConnectionFromPeer' })).toEqual([
      'AcceptTcpConnection 2',
      'SessionDown 1',
      'StopTimer 1 HoldTimer',
      'StopTimer 1 KeepaliveTimer',
      'StopTimer 1 SendHoldTimer',
      'DropTcpConnection 1',
      'Send 2 OPEN',
      'StartTimer 2 HoldTimer 240000',
    ]);
    driver.receive(2, openOf(PEER));
    driver.receive(2, KEEPALIVE);
    expect(driver.machine.state).toBe('Established');
  });
});

import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/speaker/bgp/message/message.ts';
import { notification } from '../../../../src/speaker/bgp/message/notification.ts';
import { MachineDriver, openOf } from './machine-driver.ts';
import { PEER } from './peers.ts';

const KEEPALIVE: Message = { type: 'KEEPALIVE' };

describe('damping', () => {
  const wait = (driver: MachineDriver) =>
    driver.actions.find((each) => each.action === 'StartTimer' && each.timer === 'IdleHoldTimer');
  const fail = (driver: MachineDriver, connection: number, after: number) => {
    driver.give({ event: 'TcpConnected', connection });
    driver.receive(connection, openOf(PEER));
    driver.receive(connection, KEEPALIVE);
    driver.now += after;
    driver.expire('HoldTimer', connection);
    const started = wait(driver);
    driver.expire('IdleHoldTimer');
    return started?.action === 'StartTimer' ? started.milliseconds : undefined;
  };

  it('doubles the IdleHoldTime up to its limit, until a session has lasted', () => {
    const driver = new MachineDriver({ idleHoldTime: { initial: 1, limit: 5 } }).to('Connect');
    expect([1, 2, 3, 4, 5].map((connection) => fail(driver, connection, 59_999))).toEqual([
      1000, 2000, 4000, 5000, 5000,
    ]);
    expect([6, 7].map((connection) => fail(driver, connection, 60_000))).toEqual([1000, 1000]);
  });

  it('takes the jitter from outside', () => {
    const driver = new MachineDriver().to('OpenSent');
    driver.jitter = 0.8;
    driver.receive(1, notification(6, 2));
    expect(wait(driver)).toMatchObject({ milliseconds: 800 });
  });

  it('goes on trying to connect', () => {
    const driver = new MachineDriver().to('Connect');
    expect(driver.give({ event: 'TcpConnectionFails', connection: 1, reason: 'refused' })).toEqual([
      'Report TcpConnectionFails',
      'StartTimer peer ConnectRetryTimer 120000',
      'DropTcpConnection 1',
    ]);
    expect(driver.machine.state).toBe('Active');
    expect(driver.expire('ConnectRetryTimer')).toEqual([
      'StartTimer peer ConnectRetryTimer 120000',
      'InitiateTcpConnection 2',
    ]);
    expect(driver.expire('ConnectRetryTimer')).toEqual([
      'DropTcpConnection 2',
      'StartTimer peer ConnectRetryTimer 120000',
      'InitiateTcpConnection 3',
    ]);
  });
});

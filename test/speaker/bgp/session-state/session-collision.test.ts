import { describe, expect, it } from 'vitest';
import { CEASE } from '../../../../src/speaker/bgp/message/error-codes.ts';
import type { Message } from '../../../../src/speaker/bgp/message/message.ts';
import { cease, notification } from '../../../../src/speaker/bgp/message/notification.ts';
import { MachineDriver, openOf } from './machine-driver.ts';
import { configuration, PEER } from './peers.ts';

const KEEPALIVE: Message = { type: 'KEEPALIVE' };
const SHUTDOWN = cease(CEASE.administrativeShutdown, 'bye');

describe('collision detection', () => {
  const LOW = configuration({ localAs: 65001, peerAs: 65002, bgpIdentifier: 1 });
  const HIGH = { ...LOW, bgpIdentifier: 0xffffffff };
  const collide = (driver: MachineDriver) => driver.give({ event: 'TcpConnectionFromPeer' });

  it('keeps our connection against a lower identifier', () => {
    const driver = new MachineDriver().to('OpenConfirm', LOW);
    collide(driver);
    expect(driver.receive(2, openOf(LOW))).toEqual([
      'Send 2 NOTIFICATION 6/7',
      'StopTimer 2 HoldTimer',
      'DropTcpConnection 2',
    ]);
    driver.receive(1, KEEPALIVE);
    expect([driver.machine.state, driver.machine.connectRetryCounter]).toEqual(['Established', 0]);
  });

  it("keeps the peer's connection against a higher identifier", () => {
    const driver = new MachineDriver().to('OpenConfirm', HIGH);
    collide(driver);
    expect(driver.receive(2, openOf(HIGH))).toEqual([
      'Send 1 NOTIFICATION 6/7',
      'StopTimer 1 HoldTimer',
      'StopTimer 1 KeepaliveTimer',
      'DropTcpConnection 1',
      'Negotiated 2',
      'Send 2 KEEPALIVE',
      'StartTimer 2 HoldTimer 90000',
      'StartTimer 2 KeepaliveTimer 30000',
    ]);
    driver.receive(2, KEEPALIVE);
    expect([driver.machine.state, driver.machine.connectRetryCounter]).toEqual(['Established', 0]);
  });

  it('lets both go on while only one OPEN has come', () => {
    const driver = new MachineDriver().to('OpenSent');
    collide(driver);
    driver.receive(2, openOf(HIGH));
    expect(driver.receive(1, openOf(HIGH))[0]).toBe('Send 1 NOTIFICATION 6/7');
    driver.receive(2, KEEPALIVE);
    expect(driver.machine.state).toBe('Established');
  });

  it('gives up connecting once the other connection is Established', () => {
    const driver = new MachineDriver().to('Connect');
    collide(driver);
    driver.receive(2, openOf(PEER));
    expect(driver.receive(2, KEEPALIVE)).toEqual([
      'StopTimer peer ConnectRetryTimer',
      'DropTcpConnection 1',
      'StartTimer 2 HoldTimer 90000',
      'StartTimer 2 SendHoldTimer 480000',
      'SessionUp 2',
    ]);
  });

  it('closes a new connection once Established', () => {
    const driver = new MachineDriver().to('Established');
    expect(collide(driver)).toContain('AcceptTcpConnection 2');
    expect(driver.receive(2, openOf(PEER))[0]).toBe('Send 2 NOTIFICATION 6/7');
    expect(driver.machine.state).toBe('Established');
  });

  it('goes on with the second connection when the first one breaks', () => {
    const driver = new MachineDriver().to('OpenSent');
    collide(driver);
    driver.receive(1, notification(6, 7));
    expect(driver.machine.state).toBe('OpenSent');
    expect(driver.expire('IdleHoldTimer')).toEqual([]);
    driver.receive(2, openOf(PEER));
    driver.receive(2, KEEPALIVE);
    expect(driver.machine.state).toBe('Established');
  });

  it('holds one second connection at most', () => {
    const driver = new MachineDriver().to('Connect');
    collide(driver);
    expect(collide(driver)).toEqual([
      'AcceptTcpConnection 3',
      'Send 2 NOTIFICATION 6/7',
      'StopTimer 2 HoldTimer',
      'DropTcpConnection 2',
      'Send 3 OPEN',
      'StartTimer 3 HoldTimer 240000',
    ]);
  });

  it('stops both', () => {
    const driver = new MachineDriver().to('OpenSent');
    collide(driver);
    driver.give({ event: 'ManualStop', notification: SHUTDOWN });
    expect(driver.actions.filter(({ action }) => action === 'DropTcpConnection')).toHaveLength(2);
    expect(driver.machine.state).toBe('Idle');
  });
});

import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/speaker/bgp/message/message.ts';
import { notification } from '../../../../src/speaker/bgp/message/notification.ts';
import { MachineDriver, openOf } from './machine-driver.ts';
import { PEER } from './peers.ts';

const KEEPALIVE: Message = { type: 'KEEPALIVE' };

describe('a peer that has refused capabilities', () => {
  /** The capabilities in the OPEN over the next connection. */
  const offered = (driver: MachineDriver, connection: number) => {
    driver.expire('IdleHoldTimer');
    driver.give({ event: 'TcpConnected', connection });
    const open = driver.actions.find((each) => each.action === 'Send' && each.message.type === 'OPEN');
    return open?.action === 'Send' && open.message.type === 'OPEN' ? open.message.capabilities.length : undefined;
  };
  const refusing = () => {
    const driver = new MachineDriver().to('OpenSent');
    driver.receive(1, notification(2, 4));
    return driver;
  };

  it('is offered them again once a session without any has ended', () => {
    const driver = refusing();
    expect(offered(driver, 2)).toBe(0);
    driver.receive(2, { ...openOf(PEER), capabilities: [] });
    driver.receive(2, KEEPALIVE);
    expect(driver.machine.state).toBe('Established');
    driver.give({ event: 'TcpConnectionFails', connection: 2, reason: 'reset' });
    expect(offered(driver, 3)).toBeGreaterThan(0);
    driver.receive(3, openOf(PEER));
    driver.receive(3, KEEPALIVE);
    expect(driver.machine.session).toMatchObject({ fourOctetAs: true });
  });

  it('and refuses once more is asked without any at once', () => {
    const driver = refusing();
    offered(driver, 2);
    driver.receive(2, { ...openOf(PEER), capabilities: [] });
    driver.receive(2, KEEPALIVE);
    driver.give({ event: 'TcpConnectionFails', connection: 2, reason: 'reset' });
    offered(driver, 3);
    driver.receive(3, notification(2, 4));
    expect(offered(driver, 4)).toBe(0);
  });

  it('is offered them again where none comes up without any either', () => {
    const driver = refusing();
    const lengths = [2, 3, 4, 5, 6, 7].map((connection) => {
      const length = offered(driver, connection);
      driver.receive(connection, notification(2, 7));
      return length === 0;
    });
    expect(lengths).toEqual([true, true, true, true, true, false]);
  });
});

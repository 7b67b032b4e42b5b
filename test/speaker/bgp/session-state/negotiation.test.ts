import { describe, expect, it } from 'vitest';
import type { Capability } from '../../../../src/speaker/bgp/message/capability.ts';
import type { OpenMessage } from '../../../../src/speaker/bgp/message/open.ts';
import { negotiate, offeredCapabilities, openMessage } from '../../../../src/speaker/bgp/session-state/negotiation.ts';
import { hex } from '../octets.ts';
import { configuration, PEER } from './peers.ts';

const LOCAL = configuration();
const offered = offeredCapabilities(LOCAL, false);
const open = (changes: Partial<OpenMessage> = {}) => ({
  ...openMessage(PEER, offeredCapabilities(PEER, false)),
  ...changes,
});
const negotiated = (message: OpenMessage, local = LOCAL) => {
  const result = negotiate(local, offeredCapabilities(local, false), message);
  if (!result.ok) throw new Error('refused');
  return result.session;
};
const without = (kind: Capability['capability']) =>
  open({ capabilities: open().capabilities.filter(({ capability }) => capability !== kind) });

describe('openMessage', () => {
  it('has AS_TRANS where the AS number does not fit', () => {
    const large = configuration({ localAs: 4_200_000_001 });
    expect(openMessage(large, [])).toMatchObject({ asNumber: 23456 });
    expect(offeredCapabilities(large, false)).toContainEqual({
      capability: 'FourOctetAsNumber',
      asNumber: 4_200_000_001,
    });
  });

  it('offers graceful restart with its families, else only the End-of-RIB', () => {
    const graceful = configuration({ gracefulRestart: { restartTime: 120, restarted: true } });
    expect(offeredCapabilities(graceful, true)).toContainEqual({
      capability: 'GracefulRestart',
      restarted: true,
      notification: true,
      restartTime: 120,
      families: [
        { afi: 1, safi: 1, forwarding: true },
        { afi: 2, safi: 1, forwarding: true },
      ],
    });
    expect(offered).toContainEqual({
      capability: 'GracefulRestart',
      restarted: false,
      notification: false,
      restartTime: 0,
      families: [],
    });
  });
});

describe('negotiate', () => {
  it('takes the smaller hold time, and keepalives at a third of it', () => {
    expect(negotiated(open({ holdTime: 30 }))).toMatchObject({ holdTime: 30, keepaliveTime: 10 });
    expect(negotiated(open({ holdTime: 180 }))).toMatchObject({ holdTime: 90, keepaliveTime: 30 });
    expect(negotiated(open({ holdTime: 0 }))).toMatchObject({ holdTime: 0, keepaliveTime: 0 });
    const eager = configuration({ keepaliveTime: 5 });
    expect(negotiated(open({ holdTime: 90 }), eager).keepaliveTime).toBe(5);
    expect(negotiated(open({ holdTime: 9 }), eager).keepaliveTime).toBe(3);
  });

  it('uses what both offer', () => {
    expect(negotiated(open())).toMatchObject({
      families: ['IPv4', 'IPv6'],
      fourOctetAs: true,
      extendedNextHop: true,
      extendedMessages: true,
      routeRefresh: true,
      enhancedRouteRefresh: true,
      internal: false,
      peerAs: 65001,
    });
    expect(negotiated(without('FourOctetAsNumber')).fourOctetAs).toBe(false);
    expect(negotiated(without('ExtendedMessage')).extendedMessages).toBe(false);
    expect(negotiated(without('RouteRefresh')).routeRefresh).toBe(false);
    expect(negotiated(without('EnhancedRouteRefresh')).enhancedRouteRefresh).toBe(false);
    expect(negotiated(without('ExtendedNextHop')).extendedNextHop).toBe(false);
    expect(negotiated(without('GracefulRestart')).peerRestart).toBeUndefined();
    expect(negotiated(open(), configuration({ extendedNextHop: false })).extendedNextHop).toBe(false);
  });

  it('takes a peer without any capability for one of IPv4', () => {
    expect(negotiated(open({ capabilities: [] })).families).toEqual(['IPv4']);
  });

  it('exchanges the "N" bit only where both restart gracefully; of several capabilities the last counts', () => {
    const graceful = configuration({ gracefulRestart: { restartTime: 120, restarted: false } });
    const capability = (notification: boolean): Capability => ({
      capability: 'GracefulRestart',
      restarted: false,
      notification,
      restartTime: 60,
      families: [],
    });
    const withBits = (...bits: readonly boolean[]) => open({ capabilities: bits.map(capability) });
    expect(negotiated(withBits(true), graceful).gracefulNotification).toBe(true);
    expect(negotiated(withBits(true, false), graceful).gracefulNotification).toBe(false);
    expect(negotiated(withBits(true)).gracefulNotification).toBe(false);
  });

  it.each([
    ['internal', 65002, true],
    ['internal', 65001, false],
    ['external', 65001, true],
    ['external', 65002, false],
    [65001, 65001, true],
    [65001, 65003, false],
  ] as const)('a peer that should be %s and is %i: %s', (peerAs, asNumber, ok) => {
    const capabilities: Capability[] = [{ capability: 'FourOctetAsNumber', asNumber }];
    expect(negotiate(configuration({ peerAs }), offered, open({ asNumber, capabilities })).ok).toBe(ok);
  });

  it.each<[string, Partial<OpenMessage>, number, string, string]>([
    ['another AS', { asNumber: 65003, capabilities: [] }, 2, '', 'it is in AS 65003, and AS 65001 is expected'],
    [
      'AS 0',
      { asNumber: 0, capabilities: [{ capability: 'FourOctetAsNumber', asNumber: 0 }] },
      2,
      '',
      'it is in AS 0, and AS 65001 is expected',
    ],
    ['two AS numbers that differ', { asNumber: 65003 }, 2, '', 'it says AS 65003 and AS 65001 in one message'],
    ['a hold time of 1 s', { holdTime: 1 }, 6, '', 'it offers 1 s, and the least is 3 s'],
    ['a hold time of 2 s', { holdTime: 2 }, 6, '', 'it offers 2 s, and the least is 3 s'],
    ['identifier 0', { bgpIdentifier: 0 }, 3, '', 'it is 0.0.0.0'],
    [
      'no family of ours',
      { capabilities: [{ capability: 'Multiprotocol', afi: 25, safi: 70 }] },
      7,
      '0104 0001 00 01 0104 0002 00 01',
      'it carries neither IPv4 nor IPv6, and IPv4 and IPv6 are wanted',
    ],
  ])('refuses %s', (_name, changes, subcode, data, detail) => {
    const notification = { type: 'NOTIFICATION', code: 2, subcode, data: hex(data) };
    expect(negotiate(LOCAL, offered, open(changes))).toEqual({ ok: false, notification, detail });
  });

  it('refuses our own identifier from inside, not from outside', () => {
    const same = { bgpIdentifier: LOCAL.bgpIdentifier, capabilities: [] };
    expect(negotiate(LOCAL, offered, open(same)).ok).toBe(true);
    const inside = configuration({ peerAs: 65002 });
    expect(negotiate(inside, offered, open({ ...same, asNumber: 65002 }))).toMatchObject({
      ok: false,
      notification: { code: 2, subcode: 3 },
    });
  });
});

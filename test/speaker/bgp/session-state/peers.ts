import type { PeerConfiguration } from '../../../../src/speaker/bgp/session-state/configuration.ts';

/** A node that peers with AS 65001. */
export function configuration(changes: Partial<PeerConfiguration> = {}): PeerConfiguration {
  return {
    localAs: 65002,
    peerAs: 65001,
    bgpIdentifier: 0xc0000202,
    holdTime: 90,
    connectRetryTime: 120,
    idleHoldTime: { initial: 1, limit: 60 },
    passive: false,
    families: ['IPv4', 'IPv6'],
    extendedNextHop: true,
    extendedMessages: true,
    ...changes,
  };
}

/** The router on the other side. */
export const PEER = configuration({ localAs: 65001, peerAs: 65002, bgpIdentifier: 0xc0000201 });

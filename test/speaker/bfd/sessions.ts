import { expect } from 'vitest';
import type { BfdPacket, BfdState } from '../../../src/speaker/bfd/packet.ts';
import { type BfdOptions, BfdSession } from '../../../src/speaker/bfd/session.ts';

/** What most sessions of the tests are made of. */
export const OPTIONS: BfdOptions = {
  localDiscriminator: 7,
  desiredMinTxInterval: 100_000,
  requiredMinRxInterval: 100_000,
  detectMultiplier: 3,
  controlPlaneIndependent: false,
};

/** What a peer sends; a first packet unless said otherwise. */
export function packet(more: Partial<BfdPacket> = {}): BfdPacket {
  return {
    diagnostic: 'No Diagnostic',
    state: 'Down',
    poll: false,
    final: false,
    controlPlaneIndependent: false,
    demand: false,
    detectMultiplier: 3,
    myDiscriminator: 9,
    yourDiscriminator: 7,
    desiredMinTxInterval: 100_000,
    requiredMinRxInterval: 100_000,
    requiredMinEchoRxInterval: 0,
    ...more,
  };
}

/** A session in a state, by the shortest way; at time 0, its Poll Sequence ended. */
export function sessionIn(state: BfdState, options: Partial<BfdOptions> = {}): BfdSession {
  const session = new BfdSession({ ...OPTIONS, ...options });
  session.take(0, 0);
  if (state === 'AdminDown') session.disable(0);
  if (state === 'Init') session.receive(packet(), 0);
  if (state === 'Up') {
    session.receive(packet({ state: 'Init' }), 0);
    session.receive(packet({ state: 'Up', final: true }), 0);
  }
  expect(session.state).toBe(state);
  return session;
}

/** The periodic packets from `from` on, when they go and what they say. */
export function play(
  session: BfdSession,
  from: number,
  until: number,
  jitter = 0,
): { at: number; packet: BfdPacket }[] {
  const sent: { at: number; packet: BfdPacket }[] = [];
  for (let at = session.next(); at !== undefined && at <= until; at = session.next()) {
    const now = Math.max(at, from);
    const { packets, transition } = session.take(now, jitter);
    if (packets.length === 0 && transition === undefined && session.next() === at) throw new Error('woken in vain');
    for (const packet of packets) sent.push({ at: now, packet });
  }
  return sent;
}

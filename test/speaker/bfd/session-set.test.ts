import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import type { BfdPacket } from '../../../src/speaker/bfd/packet.ts';
import {
  BFD_DEMULTIPLEX_DROPS,
  type BfdOutput,
  type BfdPeer,
  BfdSessions,
} from '../../../src/speaker/bfd/session-set.ts';

const peer: BfdPeer = {
  interfaceIndex: 2,
  local: parseAddress('192.0.2.11'),
  remote: parseAddress('192.0.2.12'),
  desiredMinTxInterval: 100_000,
  requiredMinRxInterval: 100_000,
  detectMultiplier: 3,
  controlPlaneIndependent: false,
};
const peer6: BfdPeer = { ...peer, local: parseAddress('fe80::11'), remote: parseAddress('fe80::12') };
const elsewhere: BfdPeer = { ...peer6, interfaceIndex: 3 };

/** Random enough to be different, and the same in every run. */
function numbers(): () => number {
  let next = 0;
  return () => (next++ % 10) / 10;
}

function sessions(...peers: readonly BfdPeer[]): BfdSessions {
  const set = new BfdSessions(numbers());
  set.assign(peers, 0);
  return set;
}

function firstPacket(set: BfdSessions, of: BfdPeer): BfdPacket {
  const sent = set.take(0).find(({ peer }) => peer === of)?.reaction.packets[0];
  if (sent === undefined) throw new Error('nothing was sent');
  return sent;
}

/** What the peer says to a packet of ours. */
const answer = (to: BfdPacket, more: Partial<BfdPacket> = {}): BfdPacket => ({
  ...to,
  myDiscriminator: 99,
  yourDiscriminator: to.myDiscriminator,
  ...more,
});
const at = ({ interfaceIndex, remote }: BfdPeer) => ({ interfaceIndex, source: remote });

describe('BfdSessions', () => {
  it('gives each session a discriminator of its own, and asks every peer', () => {
    const set = sessions(peer, peer6, elsewhere);
    const outputs = set.take(0);
    expect(outputs.map(({ peer }) => peer)).toEqual([peer, peer6, elsewhere]);
    const discriminators = outputs.map(({ reaction }) => reaction.packets[0]?.myDiscriminator);
    expect(new Set(discriminators).size).toBe(3);
    expect(discriminators).not.toContain(0);
    expect(set.take(0)).toEqual([]);
  });

  it('draws again when a discriminator is taken', () => {
    const draws = [0.5, 0.5, 0.25];
    const set = new BfdSessions(() => draws.shift() ?? 0);
    set.assign([peer, peer6], 0);
    expect(set.session(peer)?.localDiscriminator).not.toBe(set.session(peer6)?.localDiscriminator);
  });

  it.each([
    ['IPv4', peer],
    ['IPv6', peer6],
    ['a link-local address that is on two links', elsewhere],
  ])('tells the session of a packet without Your Discriminator by its source and interface: %s', (_name, of) => {
    const set = sessions(peer, peer6, elsewhere);
    const packet = answer(firstPacket(set, of), { yourDiscriminator: 0 });
    const output = set.receive(packet, at(of), 0) as BfdOutput;
    expect(output.peer).toBe(of);
    expect(set.session(of)?.state).toBe('Init');
    for (const other of [peer, peer6, elsewhere]) if (other !== of) expect(set.session(other)?.state).toBe('Down');
  });

  it('tells it by Your Discriminator alone where there is one', () => {
    const set = sessions(peer, peer6);
    const packet = answer(firstPacket(set, peer));
    set.receive(packet, { interfaceIndex: 2, source: parseAddress('192.0.2.99') }, 0);
    expect(set.session(peer)?.state).toBe('Init');
  });

  const drops = [
    [
      'NoSession',
      'a source that nobody watches',
      { yourDiscriminator: 0 },
      { ...peer, remote: parseAddress('192.0.2.13') },
    ],
    ['NoSession', 'its own address as a source', { yourDiscriminator: 0 }, { ...peer, remote: peer.local }],
    ['NoSession', 'the right source on another interface', { yourDiscriminator: 0 }, { ...peer, interfaceIndex: 3 }],
    ['NoSession', 'a discriminator that nobody has', { yourDiscriminator: 4242 }, peer],
    ['WrongInterface', 'the right discriminator', {}, { ...peer, interfaceIndex: 3 }],
  ] as const;

  it.each(drops)('drops as %s: %s', (drop, _name, more, from) => {
    const set = sessions(peer, peer6);
    expect(set.receive(answer(firstPacket(set, peer), more), at(from), 0)).toBe(drop);
    expect(set.session(peer)?.state).toBe('Down');
  });

  it('has a row above for each of its reasons', () => {
    expect(new Set(drops.map(([drop]) => drop))).toEqual(new Set(BFD_DEMULTIPLEX_DROPS));
  });

  it('asks to be woken for the first of its sessions', () => {
    const set = sessions(peer, peer6);
    expect(new BfdSessions(numbers()).next()).toBeUndefined();
    expect(set.next()).toBe(Number.NEGATIVE_INFINITY);
    set.take(500);
    const first = set.next() ?? 0;
    expect(first).toBeGreaterThanOrEqual(1250);
    expect(first).toBeLessThanOrEqual(1500);
    expect(set.take(first - 0.1)).toEqual([]);
    expect(set.take(first).length).toBeGreaterThan(0);
  });

  it('keeps a session that is assigned again, and hands it new timers', () => {
    const set = sessions(peer);
    const packet = firstPacket(set, peer);
    set.receive(answer(packet, { state: 'Init' }), at(peer), 0);
    const faster = { ...peer, desiredMinTxInterval: 50_000 };
    expect(set.assign([faster], 1)).toEqual([]);
    expect(set.session(peer)?.state).toBe('Up');
    expect(set.session(peer)?.localDiscriminator).toBe(packet.myDiscriminator);
    expect(set.take(200)[0]?.reaction.packets).toMatchObject([{ desiredMinTxInterval: 50_000, poll: true }]);
  });

  it('takes a session down that is assigned no more, tells the peer, and knows it no longer', () => {
    const set = sessions(peer, peer6);
    const packet = firstPacket(set, peer);
    set.receive(answer(packet, { state: 'Init' }), at(peer), 0);
    const outputs = set.assign([peer6], 1);
    expect(outputs).toMatchObject([
      { peer, reaction: { packets: [{ state: 'AdminDown', yourDiscriminator: 99 }], transition: { to: 'AdminDown' } } },
    ]);
    expect(set.session(peer)).toBeUndefined();
    expect(set.receive(answer(packet, { state: 'Up' }), at(peer), 2)).toBe('NoSession');
  });

  it.each([
    ['its own address', { local: parseAddress('192.0.2.14') }],
    ['the C bit', { controlPlaneIndependent: true }],
  ])('begins a session anew when %s changes', (_name, more) => {
    const set = sessions(peer);
    const packet = firstPacket(set, peer);
    set.receive(answer(packet, { state: 'Init' }), at(peer), 0);
    const [output] = set.assign([{ ...peer, ...more }], 1);
    expect(output).toMatchObject({ peer, reaction: { transition: { from: 'Up', to: 'AdminDown' } } });
    expect(set.session(peer)?.state).toBe('Down');
  });
});
